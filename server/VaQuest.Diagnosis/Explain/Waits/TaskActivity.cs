// TaskActivity: what a task does, in a few words.
using VaQuest.Diagnosis.Reports;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>Says "runs on CPU 1 in bridge_count (bridge.c:45)", "sleeps in depot_rest (depot.c:14)".</summary>
internal static class TaskActivity
{
    /// <param name="task">Whose.</param>
    /// <param name="stack">Its stack with inlined frames.</param>
    public static string Describe(KernelTask task, StackTrace stack)
    {
        if (task.State is "X" or "Z")
        {
            return "has exited";
        }

        if (task.IsOnCpu)
        {
            int at = Culprit.Find(stack.Frames, PanicKind.SoftLockup, isJump: false);
            string where = at >= 0 ? " in " + WaitWords.Of(stack.Frames[at]) : stack.Frames is [{ Kind: FrameKind.User }, ..] ? " in user mode" : "";
            return FormattableString.Invariant($"{(task.Pid == 0 ? "is idle on" : "runs on")} CPU {task.Cpu}{where}");
        }

        WaitSite site = WaitPrimitives.Classify(Physical(stack.Frames));
        StackFrame? frame = site.Caller is { } caller ? Logical(stack, caller) : null;
        string verb = task.State switch
        {
            "R" => "is ready to run, stopped",
            "T" or "t" => "is stopped",
            _ => site.IsIo ? "waits for input or output" : "sleeps",
        };
        return frame is null ? verb : $"{verb} in {WaitWords.Of(frame)}{(site.Class == WaitClass.Timer ? ", with a timeout" : "")}";
    }

    /// <summary>The frames that are really on the stack.</summary>
    public static IReadOnlyList<StackFrame> Physical(IReadOnlyList<StackFrame> frames) =>
        [.. frames.Where(frame => frame.Kind is not (FrameKind.Inlined or FrameKind.TailCall))];

    /// <summary>The frame of a stack with inlined frames to show for a physical one: the innermost function at its instruction that is no waiting function.</summary>
    public static StackFrame Logical(StackTrace stack, StackFrame physical)
    {
        StackFrame? found = stack.Frames.FirstOrDefault(frame => frame.Pc == physical.Pc && frame.Kind != FrameKind.TailCall && frame.Function is { } name
            && !WaitPrimitives.IsWaiting(name) && (frame.Kind != FrameKind.Inlined || !IsHeader(frame)));
        return found ?? physical;
    }

    // wait_on_bit() and the like are inlined from headers.
    private static bool IsHeader(StackFrame frame) => frame.Source is { } source && source.File.EndsWith(".h", StringComparison.Ordinal);
}
