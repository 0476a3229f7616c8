// Evidence: one thing in the dump that supports a statement.
using VaQuest.Binary;

namespace VaQuest.Diagnosis.Reports;

/// <summary>What a statement rests on.</summary>
/// <param name="Text">One line; text from the dump is escaped.</param>
public sealed record Evidence(string Text)
{
    /// <summary>How it supports the statement: "shown", "consistent", "cannot-tell", "contradicts"; null for what is only quoted.</summary>
    public string? Degree { get; init; }

    public VirtAddr? Address { get; init; }

    public string? File { get; init; }

    public int? Line { get; init; }
}
