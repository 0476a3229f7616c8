// WaitPrimitives: the kernel's own functions that wait.
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>
/// Knows the waiting functions by name, through the kernel's versions: kernel/locking, kernel/sched/{completion,wait,wait_bit,swait}.c,
/// kernel/workqueue.c, kernel/rcu, mm/filemap.c. Names are without a compiler's suffixes.
/// </summary>
internal static class WaitPrimitives
{
    private static readonly HashSet<string> s_scheduler = new(StringComparer.Ordinal)
    {
        "__schedule", "schedule", "schedule_preempt_disabled", "schedule_timeout", "schedule_timeout_uninterruptible", "schedule_timeout_interruptible",
        "schedule_timeout_killable", "schedule_timeout_idle", "io_schedule", "io_schedule_timeout", "schedule_hrtimeout", "schedule_hrtimeout_range",
        "schedule_hrtimeout_range_clock", "preempt_schedule", "preempt_schedule_common", "preempt_schedule_irq", "__cond_resched", "_cond_resched", "schedule_rtlock",
        "context_switch", "__switch_to", "__switch_to_asm", "bit_wait", "bit_wait_io", "bit_wait_timeout", "bit_wait_io_timeout", "wait_woken", "rt_mutex_schedule",
        "do_sched_yield", "yield",
    };

    private static readonly HashSet<string> s_sleeps = new(StringComparer.Ordinal)
    {
        "msleep", "msleep_interruptible", "usleep_range", "usleep_range_state", "do_nanosleep", "hrtimer_nanosleep", "common_nsleep", "__x64_sys_nanosleep",
        "__x64_sys_clock_nanosleep", "schedule_timeout", "schedule_timeout_uninterruptible", "schedule_timeout_interruptible", "schedule_timeout_killable",
        "schedule_timeout_idle", "schedule_hrtimeout", "schedule_hrtimeout_range", "schedule_hrtimeout_range_clock",
    };

    private static readonly Dictionary<string, WaitClass> s_exact = new(StringComparer.Ordinal)
    {
        ["down"] = WaitClass.Semaphore, ["down_interruptible"] = WaitClass.Semaphore, ["down_killable"] = WaitClass.Semaphore, ["down_timeout"] = WaitClass.Semaphore,
        ["__down"] = WaitClass.Semaphore, ["__down_common"] = WaitClass.Semaphore, ["___down_common"] = WaitClass.Semaphore, ["__down_interruptible"] = WaitClass.Semaphore,
        ["__down_killable"] = WaitClass.Semaphore, ["__down_timeout"] = WaitClass.Semaphore,
        ["__wait_for_common"] = WaitClass.Completion, ["do_wait_for_common"] = WaitClass.Completion, ["wait_for_common"] = WaitClass.Completion,
        ["wait_for_common_io"] = WaitClass.Completion,
        ["__wait_on_bit"] = WaitClass.Bit, ["__wait_on_bit_lock"] = WaitClass.Bit, ["out_of_line_wait_on_bit"] = WaitClass.Bit, ["out_of_line_wait_on_bit_lock"] = WaitClass.Bit,
        ["out_of_line_wait_on_bit_timeout"] = WaitClass.Bit, ["__wait_on_buffer"] = WaitClass.Bit, ["__lock_buffer"] = WaitClass.Bit,
        ["__folio_lock"] = WaitClass.Page, ["__folio_lock_killable"] = WaitClass.Page, ["__lock_page"] = WaitClass.Page, ["__lock_page_killable"] = WaitClass.Page,
        ["wait_on_page_bit"] = WaitClass.Page, ["wait_on_page_bit_common"] = WaitClass.Page, ["wait_on_page_bit_killable"] = WaitClass.Page,
        ["wait_on_page_writeback"] = WaitClass.Page, ["folio_put_wait_locked"] = WaitClass.Page, ["put_and_wait_on_page_locked"] = WaitClass.Page, ["__lock_page_or_retry"] = WaitClass.Page, ["__lock_page_async"] = WaitClass.Page,
        ["__wait_rcu_gp"] = WaitClass.Rcu, ["synchronize_net"] = WaitClass.Rcu, ["synchronize_rcu_tasks"] = WaitClass.Completion, ["rcu_barrier"] = WaitClass.Completion,
        ["__flush_work"] = WaitClass.Flush, ["flush_work"] = WaitClass.Flush, ["flush_workqueue"] = WaitClass.Flush, ["__flush_workqueue"] = WaitClass.Flush,
        ["drain_workqueue"] = WaitClass.Flush, ["cancel_work_sync"] = WaitClass.Flush, ["cancel_delayed_work_sync"] = WaitClass.Flush, ["__cancel_work_timer"] = WaitClass.Flush,
        ["__cancel_work_sync"] = WaitClass.Flush, ["flush_delayed_work"] = WaitClass.Flush, ["destroy_workqueue"] = WaitClass.Flush,
        ["kthread_stop"] = WaitClass.Thread, ["kthread_park"] = WaitClass.Thread, ["kthread_stop_put"] = WaitClass.Thread,
        ["msleep"] = WaitClass.Timer, ["msleep_interruptible"] = WaitClass.Timer, ["usleep_range"] = WaitClass.Timer, ["usleep_range_state"] = WaitClass.Timer,
        ["do_nanosleep"] = WaitClass.Timer, ["hrtimer_nanosleep"] = WaitClass.Timer,
    };

    // The first that a name begins with decides.
    private static readonly (string Start, WaitClass Class)[] s_starts =
    [
        ("__mutex_lock", WaitClass.Mutex), ("mutex_lock", WaitClass.Mutex), ("__ww_mutex_lock", WaitClass.Mutex), ("ww_mutex_lock", WaitClass.Mutex),
        ("rwsem_down_", WaitClass.RwSemaphore), ("__rwsem_down_", WaitClass.RwSemaphore), ("call_rwsem_down_", WaitClass.RwSemaphore),
        ("down_read", WaitClass.RwSemaphore), ("down_write", WaitClass.RwSemaphore), ("__down_read", WaitClass.RwSemaphore), ("__down_write", WaitClass.RwSemaphore),
        ("rwbase_", WaitClass.RwSemaphore), ("rt_mutex_slowlock", WaitClass.RtMutex), ("__rt_mutex_slowlock", WaitClass.RtMutex), ("rt_mutex_lock", WaitClass.RtMutex),
        ("__rt_mutex_lock", WaitClass.RtMutex), ("_rt_mutex_lock", WaitClass.RtMutex), ("rtlock_slowlock", WaitClass.RtMutex), ("rt_spin_lock", WaitClass.RtMutex),
        ("percpu_down_", WaitClass.PercpuRwSemaphore), ("percpu_rwsem_", WaitClass.PercpuRwSemaphore), ("__percpu_down_", WaitClass.PercpuRwSemaphore),
        ("__percpu_rwsem_", WaitClass.PercpuRwSemaphore), ("wait_for_completion", WaitClass.Completion), ("folio_wait_", WaitClass.Page),
        ("synchronize_rcu", WaitClass.Rcu), ("synchronize_sched", WaitClass.Rcu),
        ("rt_mutex_wait_proxy_lock", WaitClass.RtMutex), ("synchronize_srcu", WaitClass.Completion), ("__synchronize_srcu", WaitClass.Completion),
    ];

    private static readonly (string Start, WaitClass Class)[] s_spins =
    [
        ("native_queued_spin_lock_slowpath", WaitClass.SpinLock), ("queued_spin_lock_slowpath", WaitClass.SpinLock), ("__pv_queued_spin_lock_slowpath", WaitClass.SpinLock),
        ("_raw_spin_lock", WaitClass.SpinLock), ("queued_read_lock_slowpath", WaitClass.RwLock), ("queued_write_lock_slowpath", WaitClass.RwLock),
        ("_raw_read_lock", WaitClass.RwLock), ("_raw_write_lock", WaitClass.RwLock), ("mutex_spin_on_owner", WaitClass.Mutex), ("__mutex_lock", WaitClass.Mutex),
        ("rwsem_down_", WaitClass.RwSemaphore), ("osq_lock", WaitClass.Mutex), ("smp_call_function", WaitClass.CpuCall), ("generic_exec_single", WaitClass.CpuCall),
    ];

    /// <summary>The name of a frame's function as the tables have it, or null.</summary>
    public static string? NameOf(StackFrame frame) => (frame.Symbol ?? frame.Function) is { } name ? FunctionNames.Normalise(name) : null;

    /// <summary>True for the scheduler's functions, which every sleeping task stands in.</summary>
    public static bool IsScheduler(string name) => s_scheduler.Contains(name);

    /// <summary>True for the scheduler's and the waiting functions, with or without a compiler's suffix.</summary>
    public static bool IsWaiting(string name) => FunctionNames.Normalise(name) is var plain && (IsScheduler(plain) || Find(plain) != WaitClass.None || Spin(plain) != WaitClass.None);

    /// <summary>How a sleeping task waits, by the innermost functions of its stack; physical frames.</summary>
    public static WaitSite Classify(IReadOnlyList<StackFrame> frames)
    {
        int first = 0;
        bool isIo = false;
        bool sleeps = false;
        while (first < frames.Count && NameOf(frames[first]) is { } scheduler && IsScheduler(scheduler))
        {
            isIo |= scheduler.Contains("io_schedule", StringComparison.Ordinal) || scheduler.Contains("wait_io", StringComparison.Ordinal);
            sleeps |= s_sleeps.Contains(scheduler);
            first++;
        }

        if (first == 0 || first >= frames.Count)
        {
            return new WaitSite(WaitClass.None, null, null, false);
        }

        WaitClass found = WaitClass.None;
        int caller = first;
        for (; caller < frames.Count && NameOf(frames[caller]) is { } name && Find(name) is var next and not WaitClass.None; caller++)
        {
            // Flushing, RCU and stopping a thread are built upon completions: the outermost says what it is about.
            found = found == WaitClass.None || next is WaitClass.Flush or WaitClass.Rcu or WaitClass.Thread ? next : found;
        }

        StackFrame? primitive = caller > first ? frames[caller - 1] : null;
        StackFrame? user = caller < frames.Count ? frames[caller] : null;
        found = found != WaitClass.None ? found : sleeps ? WaitClass.Timer : WaitClass.Event;
        return new WaitSite(found, primitive, user, isIo);
    }

    /// <summary>How the code on a CPU waits in a loop; None when it does not. The innermost such function decides.</summary>
    public static WaitSite ClassifyRunning(IReadOnlyList<StackFrame> frames, int start)
    {
        int at = Math.Max(0, start);
        WaitClass spin = at < frames.Count && NameOf(frames[at]) is { } name ? Spin(name) : WaitClass.None;
        if (spin == WaitClass.None)
        {
            // Only what the CPU executes counts: a function further out has called something else.
            return new WaitSite(WaitClass.None, null, null, false);
        }

        int caller = at + 1;
        while (caller < frames.Count && NameOf(frames[caller]) is { } outer && (Spin(outer) != WaitClass.None || Find(outer) != WaitClass.None))
        {
            caller++;
        }

        return new WaitSite(spin, frames[caller - 1], caller < frames.Count ? frames[caller] : null, false);
    }

    /// <summary>The kind of lock that a class of waits is about, or null.</summary>
    public static LockKind? LockOf(WaitClass waits) => waits switch
    {
        WaitClass.Mutex => LockKind.Mutex,
        WaitClass.RwSemaphore => LockKind.RwSemaphore,
        WaitClass.RtMutex => LockKind.RtMutex,
        WaitClass.Semaphore => LockKind.Semaphore,
        WaitClass.PercpuRwSemaphore => LockKind.PercpuRwSemaphore,
        WaitClass.Completion or WaitClass.Flush or WaitClass.Rcu or WaitClass.Thread => LockKind.Completion,
        WaitClass.Event or WaitClass.Timer => LockKind.WaitQueue,
        WaitClass.Bit => LockKind.Bit,
        WaitClass.Page => LockKind.Page,
        WaitClass.SpinLock => LockKind.SpinLock,
        WaitClass.RwLock => LockKind.RwLock,
        _ => null,
    };

    private static WaitClass Find(string name)
    {
        if (s_exact.TryGetValue(name, out WaitClass exact))
        {
            return exact;
        }

        foreach ((string start, WaitClass found) in s_starts)
        {
            if (name[0] == start[0] && name.StartsWith(start, StringComparison.Ordinal))
            {
                return found;
            }
        }

        return WaitClass.None;
    }

    private static WaitClass Spin(string name)
    {
        foreach ((string start, WaitClass found) in s_spins)
        {
            if (name.StartsWith(start, StringComparison.Ordinal))
            {
                return found;
            }
        }

        return WaitClass.None;
    }
}
