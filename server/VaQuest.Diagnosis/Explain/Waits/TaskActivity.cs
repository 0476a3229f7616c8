// TaskActivity: what a task does, in a few words.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>Says "runs on CPU 1 in bridge_count (bridge.c:45)", "sleeps in depot_rest (depot.c:14)".</summary>
internal static class TaskActivity
{
    /// <summary>Frames between a helper of the kernel and the module that it works for.</summary>
    private const int MaxHelpers = 8;

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
            (StackFrame? at, StackFrame? interrupt) = FindRunning(stack);
            string where = at is not null ? " in " + WaitWords.Of(at) : stack.Frames is [{ Kind: FrameKind.User }, ..] ? " in user mode" : "";
            where += at is { Module: null } && CallerInModule(stack, at) is { } user ? ", called from " + WaitWords.Of(user) : "";
            where += interrupt is null ? "" : $", where an interrupt was served in {FrameText.FunctionOf(interrupt)}";
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

    /// <summary>The frame that <see cref="Describe"/> names, or null.</summary>
    public static StackFrame? PlaceOf(KernelTask task, StackTrace stack) =>
        task.IsOnCpu ? FindRunning(stack).At : WaitPrimitives.Classify(Physical(stack.Frames)).Caller is { } caller ? Logical(stack, caller) : null;

    // What the task itself executes, behind the interrupt that stopped it; and what that interrupt did, when it was not only the one that
    // stopped the CPU for the dump.
    private static (StackFrame? At, StackFrame? Interrupt) FindRunning(StackTrace stack)
    {
        int first = Culprit.Find(stack.Frames, PanicKind.SoftLockup, isJump: false);
        if (first < 0)
        {
            return (null, null);
        }

        int entry = -1;
        for (int i = first; i < stack.Frames.Count; i++)
        {
            entry = Culprit.IsEntry(stack.Frames[i]) ? i : entry;
        }

        StackFrame inner = NotOfHeader(stack, first);
        bool isBehind = entry >= 0 && entry + 1 < stack.Frames.Count && stack.Frames[entry + 1].Kind != FrameKind.User;
        return isBehind ? (NotOfHeader(stack, entry + 1), inner) : (inner, null);
    }

    // The kernel's own helpers say less than the module's function that called them.
    private static StackFrame? CallerInModule(StackTrace stack, StackFrame at) =>
        stack.Frames.SkipWhile(frame => frame.Index <= at.Index).Take(MaxHelpers).FirstOrDefault(frame => frame.Module is not null);

    // cpu_relax() and arch_local_irq_enable() say less than the function that they are in.
    private static StackFrame NotOfHeader(StackTrace stack, int first)
    {
        int physical = Culprit.PhysicalFrameOf(stack.Frames, first);
        for (int i = first; i < physical; i++)
        {
            if (!IsHeader(stack.Frames[i]))
            {
                return stack.Frames[i];
            }
        }

        return stack.Frames[physical];
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
