// WorkqueuesPage: workqueues, workers and the work that waits.
using System.Globalization;
using VaQuest.Kernel.Workqueues;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest workqueues`: which worker does what, and what waits for how long.</summary>
internal static class WorkqueuesPage
{
    private const string NotInDump = "not in the dump";

    private static readonly Column[] s_poolColumns =
    [
        new("pool", "pool", IsRight: true), new("cpus", "CPUs"), new("nice", "nice", IsRight: true), new("workers", "workers", IsRight: true),
        new("idle", "idle", IsRight: true), new("pending", "pending", IsRight: true), new("secondsWithoutProgress", "no progress for s", IsRight: true),
        new("address", "struct worker_pool"),
    ];

    private static readonly Column[] s_workerColumns =
    [
        new("pool", "pool", IsRight: true), new("pid", "PID", IsRight: true), new("task", "task"), new("function", "runs"), new("workqueue", "workqueue"),
        new("description", "description"), new("idleSeconds", "idle for s", IsRight: true), new("address", "struct worker"),
    ];

    private static readonly Column[] s_workColumns =
    [
        new("state", "state"), new("pool", "pool"), new("workqueue", "workqueue"), new("function", "function"), new("waiter", "waited for by"),
        new("address", "struct work_struct"),
    ];

    private static readonly Column[] s_queueColumns =
    [
        new("name", "workqueue"), new("flags", "flags"), new("active", "active", IsRight: true), new("maxActive", "max", IsRight: true),
        new("inactive", "held back", IsRight: true), new("rescuer", "rescuer"), new("address", "struct workqueue_struct"),
    ];

    public static PageSource Source { get; } = new(
        "workqueues", "Workqueues, worker pools, what each worker runs, and the work that waits.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var reader = new WorkqueueReader(context.Kernel);
        var notes = new List<string>();
        IReadOnlyList<WorkerPool> pools = reader.ReadPools(notes);
        cancellation.ThrowIfCancellationRequested();
        IReadOnlyList<Workqueue> queues = reader.ReadQueues(out string? missing);
        var work = new List<IReadOnlyList<Cell>>();
        foreach (WorkerPool pool in pools)
        {
            work.AddRange(pool.Pending.Select(item => RowOf(context, item, "pending", PoolOf(pool))));
        }

        foreach (Workqueue queue in queues)
        {
            work.AddRange(queue.Inactive.Select(item => RowOf(context, item with { WorkqueueName = item.WorkqueueName ?? queue.Name }, "held back", Cells.None)));
        }

        return new Page("workqueues", "Workqueues at the crash", [
            new Table("pools", "Worker pools", s_poolColumns, [.. pools.Select(RowOf)]) { Notes = notes },
            new Table("workers", "Workers", s_workerColumns, [.. pools.SelectMany(pool => pool.Workers.Select(worker => RowOf(context, pool, worker)))]),
            new Table("work", "Work that waits", s_workColumns, work),
            new Table("queues", "Workqueues", s_queueColumns, [.. queues.Select(queue => RowOf(context, queue))])
            {
                Notes = Cells.Notes([missing, .. queues.Select(queue => queue.Damage)]),
            },
        ]);
    }

    private static IReadOnlyList<Cell> RowOf(WorkerPool pool) =>
    [
        PoolOf(pool), Cell.Of(pool.Cpus, NotInDump),
        pool.Object.Behind("workqueue_attrs", "attrs") is { } attributes ? Cells.Int(attributes, "nice") : Cell.Absent(pool.Object.Why("attrs")),
        Cells.Int(pool.Object, "nr_workers"), Cells.Int(pool.Object, "nr_idle"), Cell.Of((long)pool.Pending.Count),
        pool.Pending.Count == 0 ? Cells.None : Cell.Of(Seconds(pool.SecondsWithoutProgress), "this kernel does not watch it"),
        Cell.Address(pool.Object.Address, "", "struct worker_pool"),
    ];

    private static IReadOnlyList<Cell> RowOf(PageContext context, WorkerPool pool, Worker worker)
    {
        var task = worker.Task is { } at ? context.Kernel.Tasks.FindByAddress(at) : null;
        return
        [
            PoolOf(pool),
            pool.IsBottomHalf ? Cells.None : Cell.Of(task?.Pid, "not in the list of tasks"),
            pool.IsBottomHalf ? Cell.Of("(soft interrupt)") : Cells.Task(context.Kernel, worker.Task, worker.Object.Why("task")),
            worker.Function is { } function ? Cells.Symbol(context.Kernel, function, "") : Cell.Absent("idle"),
            Cell.Of(worker.WorkqueueName ?? ""), Cell.Of(worker.Description ?? ""),
            worker.Function is null ? Cell.Of(Seconds(worker.IdleSeconds), "not known") : Cells.None,
            Cell.Address(worker.Object.Address, "", "struct worker"),
        ];
    }

    private static IReadOnlyList<Cell> RowOf(PageContext context, WorkItem item, string state, Cell pool) =>
    [
        Cell.Of(state), pool, Cell.Of(item.WorkqueueName, "its data word leads to none"), Cells.Symbol(context.Kernel, item.Function, NotInDump),
        item.Waiter is { } waiter ? Cells.Task(context.Kernel, waiter, "") : Cells.None, Cell.Address(item.Address, "", "struct work_struct"),
    ];

    private static IReadOnlyList<Cell> RowOf(PageContext context, Workqueue queue) =>
    [
        Cell.Of(queue.Name, NotInDump), Cell.List(queue.Flags), Cell.Of(queue.Active, NotInDump), Cell.Of(queue.MaxActive, NotInDump),
        Cell.Of((long)queue.Inactive.Count),
        queue.Object.Behind("worker", "rescuer") is { } rescuer ? Cells.Task(context.Kernel, rescuer.Pointer("task"), NotInDump) : Cells.None,
        Cell.Address(queue.Object.Address, "", "struct workqueue_struct"),
    ];

    private static Cell PoolOf(WorkerPool pool) => Cells.Int(pool.Object, "id");

    private static string? Seconds(double? seconds) => seconds?.ToString("0.000", CultureInfo.InvariantCulture);
}
