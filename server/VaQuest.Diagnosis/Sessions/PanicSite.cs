// PanicSite: a place in a source file where the editor shows a diagnostic.
using VaQuest.DebugInfo.Lines;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>The panic's place, or a caller's.</summary>
/// <param name="Location">As debug information names it.</param>
/// <param name="Function">Function of the frame.</param>
/// <param name="Message">One sentence.</param>
/// <param name="FrameIndex">Index of the frame in the panic stack.</param>
public sealed record PanicSite(SourceLocation Location, string Function, string Message, int FrameIndex);
