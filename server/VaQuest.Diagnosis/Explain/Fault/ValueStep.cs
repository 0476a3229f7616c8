// ValueStep: one place that the bad value passed on its way to the crash.
using VaQuest.DebugInfo.Lines;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>A step, the crash's own first.</summary>
/// <param name="FrameIndex">Index of the frame in the panic stack.</param>
/// <param name="Function">Its function.</param>
/// <param name="Expression">What had the value there, as C or as a register.</param>
/// <param name="Value">The value the CPU used; null when it is not known.</param>
/// <param name="Text">One sentence without its period: how the value came there.</param>
public sealed record ValueStep(int FrameIndex, string Function, string Expression, ulong? Value, string Text)
{
    /// <summary>The line of the step; null when debug information does not tell.</summary>
    public SourceLocation? Location { get; init; }
}
