// StackRegisters: the registers of all frames of one stack, recovered when the first of them is asked for.
namespace VaQuest.Kernel.Unwind;

/// <summary>
/// A stack is shown by walking it; the registers of its frames need call frame rows from the debug information too, which most callers never ask
/// for. Safe for concurrent callers.
/// </summary>
/// <param name="recover">Walks the stack again with all registers: one set for each physical frame, innermost first.</param>
internal sealed class StackRegisters(Func<IReadOnlyList<FrameRegisters>> recover)
{
    private readonly Lazy<IReadOnlyList<FrameRegisters>> _frames = new(recover);

    /// <summary>The registers of a physical frame, or null when the second walk did not get there.</summary>
    public FrameRegisters? Find(int frame) => (uint)frame < (uint)_frames.Value.Count ? _frames.Value[frame] : null;
}
