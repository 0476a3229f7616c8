// Evidence: one thing in the dump that supports a statement.
using VaQuest.Binary;

namespace VaQuest.Diagnosis.Reports;

/// <summary>What a statement rests on.</summary>
/// <param name="Text">One line; text from the dump is escaped.</param>
public sealed record Evidence(string Text)
{
    public VirtAddr? Address { get; init; }

    public string? File { get; init; }

    public int? Line { get; init; }
}
