// StackContext: in which context the crashed code ran, as its stack shows it.
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain;

/// <summary>Says "in a system call", "in an interrupt", "as the work item X" from the callers of a frame.</summary>
internal static class StackContext
{
    private static readonly HashSet<string> s_timerRunners = new(StringComparer.Ordinal)
        { "__hrtimer_run_queues", "__run_hrtimer", "call_timer_fn", "__run_timers", "expire_timers" };

    private static readonly HashSet<string> s_softirqs = new(StringComparer.Ordinal)
        { "__do_softirq", "handle_softirqs", "do_softirq", "__softirqentry_text_start" };

    private static readonly HashSet<string> s_systemCalls = new(StringComparer.Ordinal)
        { "entry_SYSCALL_64_after_hwframe", "entry_SYSCALL_64", "do_syscall_64", "el0_svc", "do_el0_svc", "system_call_common", "invoke_syscall" };

    /// <summary>
    /// A phrase for the context of the frame at <paramref name="index"/>, or "" when the stack does not show it. Only the nearest context
    /// counts: an interrupt that stopped a system call is an interrupt.
    /// </summary>
    public static string Describe(IReadOnlyList<StackFrame> frames, int index)
    {
        string? callee = null;
        for (int i = Math.Max(0, index); i < frames.Count; i++)
        {
            StackFrame frame = frames[i];
            if (Culprit.IsEntry(frame))
            {
                return OfEntry(frame);
            }

            string? name = (frame.Symbol ?? frame.Function) is { } full ? FunctionNames.Normalise(full) : null;
            if (name is not null && frame.Kind != FrameKind.Inlined)
            {
                if (OfCaller(name, callee) is { } found)
                {
                    return found;
                }

                callee = frame.Function ?? name;
            }
        }

        return "";
    }

    private static string? OfCaller(string name, string? callee)
    {
        if (name == "process_one_work" && callee is not null)
        {
            return $"as the work item {callee} of a workqueue";
        }

        if (s_timerRunners.Contains(name) && callee is not null)
        {
            return $"in the timer callback {callee}";
        }

        if (s_softirqs.Contains(name))
        {
            return "in a softirq";
        }

        return s_systemCalls.Contains(name) ? "in a system call" : name == "kthread" ? "in a kernel thread" : null;
    }

    private static string OfEntry(StackFrame frame) => frame.Kind switch
    {
        FrameKind.Interrupt => "in an interrupt",
        FrameKind.Nmi => "in a non-maskable interrupt",
        _ => "in an exception handler",
    };
}
