// CrashKind: what a kind of crash means, for people.
namespace VaQuest.Diagnosis.Findings;

/// <summary>The page of a kind of crash.</summary>
/// <param name="Id">As in JSON.</param>
/// <param name="Meaning">What the kernel or the CPU saw: sentences.</param>
/// <param name="Advice">Where to look: sentences.</param>
internal sealed record CrashKind(string Id, string Meaning, string Advice);
