// DebugInfoState: how well debug information matches an open dump.
namespace VaQuest.Diagnosis.Sessions;

/// <summary>State of debug information.</summary>
/// <param name="State">matched, partial or missing.</param>
/// <param name="Summary">A few words for a status item.</param>
/// <param name="Detail">Sentences: which files are used, which were refused and why, what to do.</param>
public sealed record DebugInfoState(string State, string Summary, IReadOnlyList<string> Detail);
