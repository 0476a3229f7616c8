// DecodedFrame: a line of a log with its source places.
using VaQuest.DebugInfo.Lines;

namespace VaQuest.Diagnosis.Logs;

/// <summary>A frame of a text log, looked up.</summary>
/// <param name="Frame">What the log says.</param>
/// <param name="Chain">Functions and lines, innermost inlined one first; null when they are not known.</param>
/// <param name="Problem">Why they are not known, in words for the user; null when they are.</param>
public sealed record DecodedFrame(LogFrame Frame, SourceFrames? Chain, string? Problem);
