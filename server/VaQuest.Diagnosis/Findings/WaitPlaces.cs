// WaitPlaces: in which function a task waits, and for whom.
using VaQuest.Diagnosis.Explain;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Names a waiting task's place: the primitive that it waits in and the function that called it.</summary>
internal static class WaitPlaces
{
    /// <summary>The scheduler's own functions say nothing about what is waited for (kernel/sched, kernel/time/timer.c).</summary>
    private static readonly HashSet<string> s_scheduler = new(StringComparer.Ordinal)
    {
        "__switch_to_asm", "__switch_to", "context_switch", "__schedule", "schedule", "preempt_schedule", "preempt_schedule_common", "schedule_timeout",
        "schedule_timeout_uninterruptible", "schedule_hrtimeout_range", "schedule_hrtimeout_range_clock", "schedule_preempt_disabled", "io_schedule",
        "io_schedule_timeout", "schedule_rtlock", "bit_wait", "bit_wait_io", "__wait_on_bit", "__wait_on_bit_lock", "out_of_line_wait_on_bit",
        "out_of_line_wait_on_bit_lock",
    };

    /// <summary>Index of the first frame below the scheduler's own, or -1.</summary>
    public static int FirstFrame(IReadOnlyList<StackFrame> frames)
    {
        for (int i = 0; i < frames.Count; i++)
        {
            if ((frames[i].Symbol ?? frames[i].Function) is { } name && frames[i].Kind is not FrameKind.Inlined && !s_scheduler.Contains(FunctionNames.Normalise(name)))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>"down_write, called by ext4_truncate"; "nothing that is known" for a stack without names.</summary>
    public static string Of(StackTrace stack)
    {
        WaitSite site = WaitPrimitives.Classify(TaskActivity.Physical(stack.Frames));
        string? primitive = site.Primitive is null ? null : WaitPrimitives.NameOf(site.Primitive);
        string? caller = site.Caller is null ? null : NameOf(site.Caller);
        return DumpText.Escape((primitive, caller) switch
        {
            (not null, not null) => $"{primitive}, called by {caller}",
            _ => primitive ?? caller ?? (FirstFrame(stack.Frames) is >= 0 and int first ? NameOf(stack.Frames[first]) : null) ?? "nothing that is known",
        });
    }

    private static string? NameOf(StackFrame frame) => WaitPrimitives.NameOf(frame) is not { } name ? null : frame.Module is null ? name : $"{name} [{frame.Module}]";
}
