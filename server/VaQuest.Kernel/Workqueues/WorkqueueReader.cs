// WorkqueueReader: workqueues, worker pools, workers and the work that waits.
using VaQuest.Binary;
using VaQuest.Kernel.Cpus;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Time;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Workqueues;

/// <summary>kernel/workqueue.c since 3.10: the list workqueues, and pools in worker_pool_idr. Bounded and cycle-checked.</summary>
public sealed class WorkqueueReader(LinuxKernel kernel)
{
    /// <summary>Workqueues of a kernel: some hundred, and one for each mounted file system and device.</summary>
    private const int MaxQueues = 20_000;

    /// <summary>Work items of one list.</summary>
    private const int MaxItems = 10_000;

    /// <summary>Workers of one pool; WQ_MAX_ACTIVE is 512, in later kernels 2048.</summary>
    private const int MaxWorkers = 8192;

    /// <summary>WORK_STRUCT_PWQ: the data word of a queued item is its pool_workqueue.</summary>
    private const ulong IsPoolWorkqueue = 4;

    /// <summary>The bits below are flags and colours: WORK_STRUCT_FLAG_BITS, 8 or 9 with debugging.</summary>
    private const ulong FlagBits = 0xff;

    /// <summary>include/linux/workqueue.h, in which WQ_BH came with 6.9 and the others have kept their bits since 3.10.</summary>
    private static readonly (int Bit, string Name)[] s_flags =
    [
        (0, "bh"), (1, "unbound"), (2, "freezable"), (3, "mem_reclaim"), (4, "highpri"), (5, "cpu_intensive"), (6, "sysfs"), (7, "power_efficient"),
        (15, "destroying"), (16, "draining"), (17, "ordered"), (18, "legacy"),
    ];

    private readonly KernelObjects _objects = kernel.Objects;
    private readonly KernelClock _clock = KernelClock.Read(kernel);

    /// <summary>All workqueues, in the kernel's order.</summary>
    public IReadOnlyList<Workqueue> ReadQueues(out string? missing)
    {
        var queues = new List<Workqueue>();
        missing = null;
        if (kernel.Symbols.FindAddress("workqueues") is not { } head || _objects.Types.FindOffset("workqueue_struct", "list") is not { } link)
        {
            missing = "this kernel has no list workqueues that is known here";
            return queues;
        }

        foreach (VirtAddr queue in _objects.ReadList(head, link, MaxQueues, out missing))
        {
            queues.Add(ReadQueue(new ObjectView(_objects, queue, "workqueue_struct")));
        }

        return queues;
    }

    /// <summary>All pools with their workers.</summary>
    public IReadOnlyList<WorkerPool> ReadPools(List<string> notes)
    {
        var pools = new List<WorkerPool>();
        if (kernel.Symbols.FindAddress("worker_pool_idr") is not { } idr)
        {
            notes.Add("worker_pool_idr is not a symbol of this kernel");
            return pools;
        }

        WalkResult found = new IndexWalks(kernel.Reader, kernel.Types).Array(idr + (_objects.Types.FindOffset("idr", "idr_rt") ?? 0));
        Note(notes, found.Damage);
        foreach (WalkItem item in found.Items)
        {
            pools.Add(ReadPool(new ObjectView(_objects, item.Address, "worker_pool"), notes));
        }

        return pools;
    }

    private Workqueue ReadQueue(ObjectView queue)
    {
        var inactive = new List<WorkItem>();
        ulong? active = 0;
        long? maxActive = queue.Int("max_active");
        string? damage = null;
        if (queue.At("pwqs") is { } head && _objects.Types.FindOffset("pool_workqueue", "pwqs_node") is { } link)
        {
            foreach (VirtAddr address in _objects.ReadList(head, link, CpuTable.MaxCpus * 4, out damage))
            {
                ObjectView part = queue.Other(address, "pool_workqueue");
                active = unchecked(active + part.UInt("nr_active"));
                maxActive ??= part.Int("max_active");

                // delayed_works until 5.15.
                inactive.AddRange(ReadItems(part.At("inactive_works", "delayed_works"), out string? itemDamage));
                damage ??= itemDamage;
            }
        }

        ulong flags = queue.UInt("flags") ?? 0;
        return new Workqueue(
            queue, queue.Text("name"), [.. s_flags.Where(flag => ((flags >> flag.Bit) & 1) != 0).Select(flag => flag.Name)], active, maxActive, inactive, damage);
    }

    private WorkerPool ReadPool(ObjectView pool, List<string> notes)
    {
        List<WorkItem> pending = ReadItems(pool.At("worklist"), out string? damage);
        Note(notes, damage);
        var workers = new List<Worker>();
        if (pool.At("workers") is { } head && _objects.Types.FindOffset("worker", "node") is { } link)
        {
            foreach (VirtAddr address in _objects.ReadList(head, link, MaxWorkers, out string? workerDamage))
            {
                workers.Add(ReadWorker(pool.Other(address, "worker")));
                Note(notes, workerDamage);
            }
        }

        string? cpus = pool.Int("cpu") is >= 0 and { } cpu
            ? FormattableString.Invariant($"{cpu}")
            : pool.Behind("workqueue_attrs", "attrs") is { } attributes ? CpuMask.ReadMember(kernel, attributes, "cpumask") : null;
        double? stalled = pending.Count > 0 && pool.UInt("watchdog_ts") is { } since ? -_clock.SecondsTo(since) : null;
        return new WorkerPool(pool, cpus, workers, pending, stalled);
    }

    private Worker ReadWorker(ObjectView worker)
    {
        VirtAddr? function = worker.Pointer("current_func");
        string? queue = worker.Behind("pool_workqueue", "current_pwq")?.Behind("workqueue_struct", "wq")?.Text("name");
        double? idle = function is null && worker.UInt("last_active") is { } last ? -_clock.SecondsTo(last) : null;
        return new Worker(worker, worker.Pointer("task"), function, queue, worker.Text("desc") is { Length: > 0 } text ? text : null, idle);
    }

    private List<WorkItem> ReadItems(VirtAddr? list, out string? damage)
    {
        damage = null;
        var items = new List<WorkItem>();
        if (list is not { } head || _objects.Types.FindOffset("work_struct", "entry") is not { } link)
        {
            return items;
        }

        foreach (VirtAddr address in _objects.ReadList(head, link, MaxItems, out damage))
        {
            var work = new ObjectView(_objects, address, "work_struct");
            VirtAddr? function = work.Pointer("func");
            bool isBarrier = function is { } at && kernel.Symbols.FindAt(at) is { Offset: 0, Symbol.Name: "wq_barrier_func" };
            VirtAddr? waiter = isBarrier && _objects.Types.FindOffset("wq_barrier", "work") is { } inBarrier
                ? _objects.FindPointer(address - inBarrier, "wq_barrier", "task")
                : null;
            items.Add(new WorkItem(address, function, NameOfQueue(work), waiter));
        }

        return items;
    }

    private static string? NameOfQueue(ObjectView work) =>
        work.UInt("data.counter", "data") is { } data && (data & IsPoolWorkqueue) != 0
            ? work.Other(new VirtAddr(data & ~FlagBits), "pool_workqueue").Behind("workqueue_struct", "wq")?.Text("name")
            : null;

    private static void Note(List<string> notes, string? damage)
    {
        if (damage is not null && notes.Count < 16 && !notes.Contains(damage))
        {
            notes.Add(damage);
        }
    }
}
