// TaskFlags: the flags of a task, and its scheduling policy, by name.
namespace VaQuest.Kernel.Tasks;

/// <summary>PF_* and SCHED_* (include/linux/sched.h, include/uapi/linux/sched.h).</summary>
public static class TaskFlags
{
    // Only those that mean the same from 4.14 on: 0x8, 0x4000, 0x10000, 0x800000 and those from 0x10000000 on have had several meanings.
    private static readonly (ulong Bit, string Name)[] s_names =
    [
        (0x1, "PF_VCPU"), (0x2, "PF_IDLE"), (0x4, "PF_EXITING"), (0x10, "PF_IO_WORKER"), (0x20, "PF_WQ_WORKER"), (0x40, "PF_FORKNOEXEC"),
        (0x80, "PF_MCE_PROCESS"), (0x100, "PF_SUPERPRIV"), (0x200, "PF_DUMPCORE"), (0x400, "PF_SIGNALED"), (0x800, "PF_MEMALLOC"),
        (0x1000, "PF_NPROC_EXCEEDED"), (0x2000, "PF_USED_MATH"), (0x8000, "PF_NOFREEZE"), (0x20000, "PF_KSWAPD"), (0x40000, "PF_MEMALLOC_NOFS"),
        (0x80000, "PF_MEMALLOC_NOIO"), (0x100000, "PF_LOCAL_THROTTLE"), (0x200000, "PF_KTHREAD"), (0x400000, "PF_RANDOMIZE"),
        (0x4000000, "PF_NO_SETAFFINITY"), (0x8000000, "PF_MCE_EARLY"), (0x80000000, "PF_SUSPEND_TASK"),
    ];

    /// <summary>Names of the bits of task_struct.flags; bits whose meaning changed between releases as one number.</summary>
    public static IReadOnlyList<string> NamesOf(ulong flags) => FlagNames.Of(flags, s_names);

    /// <summary>"SCHED_NORMAL" and so on; null for a number that is no policy.</summary>
    public static string? PolicyOf(ulong policy) => policy switch
    {
        0 => "SCHED_NORMAL",
        1 => "SCHED_FIFO",
        2 => "SCHED_RR",
        3 => "SCHED_BATCH",
        5 => "SCHED_IDLE",
        6 => "SCHED_DEADLINE",
        7 => "SCHED_EXT",
        _ => null,
    };
}
