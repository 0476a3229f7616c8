// StackUse: which functions took how much of a stack.
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Bytes of a stack by function.</summary>
/// <param name="Function">The physical function.</param>
/// <param name="Frames">Its frames.</param>
/// <param name="Bytes">Of all of them together.</param>
internal sealed record StackUse(string Function, int Frames, ulong Bytes)
{
    /// <summary>Larger distances between frames are changes of the stack, not frames.</summary>
    private const ulong MaxFrame = 64 << 10;

    /// <summary>The functions of a stack, largest first. The innermost frame's own size is not known.</summary>
    public static IReadOnlyList<StackUse> Of(IReadOnlyList<StackFrame> frames)
    {
        var found = new List<StackUse>();
        StackFrame[] physical = [.. frames.Where(frame => frame.Kind is not (FrameKind.Inlined or FrameKind.TailCall or FrameKind.User))];
        for (int i = 0; i + 1 < physical.Length; i++)
        {
            if (physical[i].Sp is not { } low || physical[i + 1].Sp is not { } high || high - low is 0 or > MaxFrame || physical[i].Stack != physical[i + 1].Stack)
            {
                continue;
            }

            string name = physical[i].Symbol ?? physical[i].Function ?? "?";
            int known = found.FindIndex(use => use.Function == name);
            StackUse before = known >= 0 ? found[known] : new StackUse(name, 0, 0);
            StackUse now = before with { Frames = before.Frames + 1, Bytes = before.Bytes + (high - low) };
            if (known >= 0)
            {
                found[known] = now;
            }
            else
            {
                found.Add(now);
            }
        }

        found.Sort((left, right) => right.Bytes.CompareTo(left.Bytes));
        return found;
    }
}
