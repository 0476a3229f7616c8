// FrameWalk: the physical frames of one stack walk.
namespace VaQuest.Kernel.Unwind;

/// <summary>What a walk found.</summary>
/// <param name="Frames">Physical frames, innermost first.</param>
/// <param name="EndReason">Why it ended, in words.</param>
/// <param name="IsComplete">True when it ended where the stack ends.</param>
/// <param name="Warnings">What was odd on the way.</param>
internal sealed record FrameWalk(IReadOnlyList<StackFrame> Frames, string EndReason, bool IsComplete, IReadOnlyList<string> Warnings)
{
    /// <summary>The registers of each frame, when the walk was asked for them.</summary>
    public IReadOnlyList<FrameRegisters> Registers { get; init; } = [];

    public static FrameWalk Nothing(string reason) => new([], reason, false, []);
}
