// TimerOwners: whom a timer serves, told by the function that it calls.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Time;

/// <summary>Timers inside of structures that the kernel's own functions know: a sleeping task, an interval timer, a delayed work item.</summary>
internal sealed class TimerOwners(LinuxKernel kernel)
{
    /// <summary>The task that a timer wakes and the function of the work that it queues; null where that is not known.</summary>
    public (VirtAddr? Task, VirtAddr? Work) Find(ObjectView timer, VirtAddr? function)
    {
        if (function is not { } at || kernel.Symbols.FindAt(at) is not { Offset: 0 } hit)
        {
            return (null, null);
        }

        return hit.Symbol.Name switch
        {
            "hrtimer_wakeup" => (Around(timer, "hrtimer_sleeper", "timer")?.Pointer("task"), null),
            "process_timeout" => (Around(timer, "process_timer", "timer")?.Pointer("task"), null),
            "it_real_fn" => (LeaderOf(Around(timer, "signal_struct", "real_timer")), null),
            "delayed_work_timer_fn" => (null, Around(timer, "delayed_work", "timer")?.Pointer("work.func")),
            _ => (null, null),
        };
    }

    private static ObjectView? Around(ObjectView timer, string tag, string member) =>
        timer.Objects.Types.FindOffset(tag, member) is { } offset ? timer.Other(timer.Address - offset, tag) : null;

    /// <summary>The first thread of the process: signal_struct.thread_head is the list of its threads.</summary>
    private static VirtAddr? LeaderOf(ObjectView? signal)
    {
        if (signal is null || signal.Pointer("thread_head.next") is not { } node
            || signal.Objects.Types.FindOffset("task_struct", "thread_node") is not { } link)
        {
            return null;
        }

        return node - link;
    }
}
