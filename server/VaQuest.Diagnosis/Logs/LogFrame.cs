// LogFrame: a line of a log that names a place in the code.
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Logs;

/// <summary>fn+0x1/0x2 [mod] with what its line tells about it.</summary>
/// <param name="Line">0-based line.</param>
/// <param name="Target">Symbol, offset, size, module; IsReturnAddress false where the kernel printed the instruction pointer.</param>
/// <param name="IsReliable">False when the kernel marked it "? ": a word found on the stack.</param>
public sealed record LogFrame(int Line, SpanTarget Target, bool IsReliable);
