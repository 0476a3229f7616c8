// WaitPlaces: in which function a task waits, and for whom.
using VaQuest.Diagnosis.Explain;
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

    /// <summary>What tasks wait in whatever they wait for: locks, completions, pages (kernel/locking, kernel/sched, mm/filemap.c).</summary>
    private static readonly string[] s_primitives =
    [
        "__mutex_lock", "mutex_lock", "ww_mutex_lock", "rwsem_down_", "__down", "down", "rt_mutex_", "__rt_mutex_", "rtlock_", "wait_for_completion", "__wait_for_common",
        "do_wait_for_common", "folio_wait_", "wait_on_page_", "__lock_page", "__folio_lock", "percpu_rwsem_wait", "__percpu_down_read", "percpu_down_write", "msleep",
        "__wait_rcu_gp", "synchronize_rcu", "wait_rcu_gp",
    ];

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

    /// <summary>"rwsem_down_write_slowpath, called by ext4_truncate"; "nothing that is known" for a stack without names.</summary>
    public static string Of(StackTrace stack)
    {
        string? primitive = null;
        foreach (StackFrame frame in stack.Frames)
        {
            if ((frame.Symbol ?? frame.Function) is not { } symbol || frame.Kind is FrameKind.Inlined)
            {
                continue;
            }

            string name = FunctionNames.Normalise(symbol);
            if (s_scheduler.Contains(name))
            {
                continue;
            }

            string module = frame.Module is null ? "" : $" [{frame.Module}]";
            if (!s_primitives.Any(start => name.StartsWith(start, StringComparison.Ordinal)))
            {
                return DumpText.Escape(primitive is null ? name + module : $"{primitive}, called by {name}{module}");
            }

            primitive ??= name;
        }

        return DumpText.Escape(primitive ?? "nothing that is known");
    }
}
