// WaitClock: how long ago a task last ran.
using VaQuest.Binary;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Health;

/// <summary>
/// Compares the scheduler's clock at the crash (the latest rq.clock of all CPUs) with the time at which a task last got a CPU
/// (task_struct.sched_info.last_arrival). Both are nanoseconds since boot; kernels without CONFIG_SCHED_INFO tell neither.
/// </summary>
public sealed class WaitClock
{
    /// <summary>The kernel's default of hung_task_timeout_secs.</summary>
    private const int DefaultTimeout = 120;

    private readonly LinuxKernel _kernel;
    private readonly ulong _now;

    private WaitClock(LinuxKernel kernel, ulong now, int timeout)
    {
        _kernel = kernel;
        _now = now;
        HungSeconds = timeout;
    }

    /// <summary>Seconds after which this kernel calls a task hung; its default when the kernel has no such check or it was switched off.</summary>
    public int HungSeconds { get; }

    public static WaitClock Read(LinuxKernel kernel)
    {
        bool hasTimeout = kernel.Symbols.FindAddress("sysctl_hung_task_timeout_secs") is { } at && kernel.Reader.TryReadWord(at, out ulong seconds)
            && seconds is > 0 and < int.MaxValue;
        kernel.Reader.TryReadWord(kernel.Symbols.FindAddress("sysctl_hung_task_timeout_secs") ?? default, out ulong timeout);
        return new WaitClock(kernel, ReadNow(kernel), hasTimeout ? (int)timeout : DefaultTimeout);
    }

    /// <summary>The scheduler's clock at the crash in nanoseconds since boot: the latest of all CPUs; 0 when no CPU's is in the dump.</summary>
    internal static ulong ReadNow(LinuxKernel kernel)
    {
        ulong now = 0;
        VirtAddr? queues = kernel.Symbols.FindAddress("runqueues");
        foreach (int cpu in kernel.Cpus.Possible)
        {
            if (kernel.Cpus.FindPerCpu(queues, cpu) is { } queue && kernel.Objects.FindUInt(queue, "rq", "clock") is { } clock)
            {
                now = Math.Max(now, clock);
            }
        }

        return now;
    }

    /// <summary>Seconds since a task that is not running last got a CPU; null when the kernel does not tell.</summary>
    public double? SecondsSinceRun(KernelTask task)
    {
        ulong? arrival = task.IsOnCpu ? null : _kernel.Objects.FindUInt(task.Address, "task_struct", "sched_info.last_arrival");
        return arrival is > 0 && arrival <= _now ? (_now - arrival.Value) / 1e9 : null;
    }
}
