// HangVerdict: what is said of a hang beside the log's own words.
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Explain;

/// <summary>Sentences for the verdict, and what they rest on.</summary>
internal sealed record HangVerdict(IReadOnlyList<string> Sentences, IReadOnlyList<Evidence> Evidence)
{
    /// <summary>Circles that are proved.</summary>
    public IReadOnlyList<Deadlock> Deadlocks { get; init; } = [];

    /// <summary>True when the crash was only asked for, so that the hang is what the dump is about.</summary>
    public bool IsCause { get; init; }
}
