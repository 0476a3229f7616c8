// Conclusion: one thing that the dump says about the crash, with how sure it is.
using VaQuest.Binary;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>A conclusion.</summary>
/// <param name="Certainty">How sure.</param>
/// <param name="Text">One sentence without its period; text from the dump is escaped.</param>
public sealed record Conclusion(Certainty Certainty, string Text)
{
    public VirtAddr? Address { get; init; }

    public string? File { get; init; }

    public int? Line { get; init; }
}
