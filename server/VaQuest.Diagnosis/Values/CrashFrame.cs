// CrashFrame: a frame of the crashed stack as an editor shows it beside the source.
using VaQuest.DebugInfo.Lines;

namespace VaQuest.Diagnosis.Values;

/// <summary>Where a frame stands in the source, and what its variables were worth.</summary>
/// <param name="Index">Index in the stack.</param>
/// <param name="Function">Its function.</param>
/// <param name="Location">The line that crashed, or that called the frame before.</param>
/// <param name="Body">The first line of its function; null when it is not known.</param>
/// <param name="LastLine">The last line of its function, 1-based; 0 when it is not known.</param>
/// <param name="ReadVariables">Reads its variables, arguments first; of one name the last is the one that C means.</param>
public sealed record CrashFrame(
    int Index, string Function, SourceLocation Location, SourceLocation? Body, int LastLine, Func<IReadOnlyList<CrashVariable>> ReadVariables);
