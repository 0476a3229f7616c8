// SessionProgress: what opening a dump is doing.
namespace VaQuest.Diagnosis.Sessions;

/// <summary>A step, in words for the user, with the part done in percent when it is known.</summary>
public sealed record SessionProgress(string Step, int? Percent);
