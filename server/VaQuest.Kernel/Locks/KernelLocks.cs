// KernelLocks: decodes any lock at an address.
using VaQuest.Binary;
using VaQuest.Kernel.Cpus;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Locks;

/// <summary>The kernel's locks and what waits for them. Cheap to make; reads when asked. Safe for concurrent callers; never throws on data.</summary>
public sealed class KernelLocks
{
    private readonly LockMemory _memory;

    public KernelLocks(LinuxKernel kernel)
        : this(kernel.Objects, kernel.Tasks, kernel.Cpus, kernel.Symbols.FindAddress)
    {
    }

    internal KernelLocks(KernelObjects objects, TaskList tasks, CpuTable cpus, Func<string, VirtAddr?> findSymbol)
    {
        _memory = new LockMemory(objects, tasks, cpus, findSymbol);
        Waiters = new WaiterScan(_memory);
        Workqueues = new WorkqueueWaits(_memory);
        Rcu = new RcuReader(_memory);
    }

    /// <summary>Finds what a sleeping task waits for on its own stack.</summary>
    public WaiterScan Waiters { get; }

    /// <summary>Workers and the items that others wait for.</summary>
    public WorkqueueWaits Workqueues { get; }

    /// <summary>RCU's grace period and who holds it up.</summary>
    public RcuReader Rcu { get; }

    /// <summary>Decodes the lock of a kind at an address.</summary>
    public LockState Read(LockKind kind, VirtAddr address) => kind switch
    {
        LockKind.Mutex => MutexReader.Read(_memory, address),
        LockKind.RwSemaphore => RwSemaphoreReader.Read(_memory, address),
        LockKind.RtMutex => RtMutexReader.Read(_memory, address),
        LockKind.Semaphore => QueueReader.ReadSemaphore(_memory, address),
        LockKind.Completion => QueueReader.ReadCompletion(_memory, address),
        LockKind.PercpuRwSemaphore => PercpuRwSemaphoreReader.Read(_memory, address),
        LockKind.WaitQueue => QueueReader.ReadWaitQueue(_memory, address),
        LockKind.SpinLock => SpinLockReader.Read(_memory, address),
        LockKind.RwLock => RwLockReader.Read(_memory, address),
        _ => new LockState
        {
            Kind = kind,
            Address = address,
            State = kind == LockKind.Page ? "a flag of a page" : "a bit of a word",
            NoOwner = kind == LockKind.Page ? "a page does not record who locked it" : "a bit does not record who set it",
        },
    };

    /// <summary>Why a task that a lock names is not among the tasks, half a sentence.</summary>
    public string WhyNoTask(VirtAddr task) => _memory.WhyNoTask(task);

    /// <summary>True when the last waiter in a spinlock's queue is on a CPU: so that CPU waits for this lock.</summary>
    public bool IsQueued(VirtAddr spinlock, int cpu) =>
        _memory.Objects.Reader.TryReadUInt32(spinlock, out uint word) && (SpinLockReader.TailCpu(_memory, word, null) == cpu
            || Read(LockKind.SpinLock, spinlock).Waiters.Any(waiter => waiter.Cpu == cpu));
}
