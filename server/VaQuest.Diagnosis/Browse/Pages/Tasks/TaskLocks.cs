// TaskLocks: the locks that a task waits for, and those that it is known to hold.
using VaQuest.Diagnosis.Browse.Pages.Locks;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages.Tasks;

/// <summary>Owner words tell who holds a lock, but a task has no list of them: those are found that somebody waits for, and what lockdep recorded.</summary>
internal static class TaskLocks
{
    private static readonly Column[] s_columns =
    [
        new("relation", "TASK"), new("kind", "KIND"), new("lock", "LOCK"), new("state", "STATE"), new("others", "HELD BY / BEHIND IT"), new("proof", "KNOWN BY"), new("name", "NAME"),
    ];

    public static Table Of(PageContext context, KernelTask task, CancellationToken cancellation)
    {
        WaitGraph graph = context.Waits.Get(false, cancellation);
        var rows = new List<IReadOnlyList<Cell>>();
        string? unknown = AddWait(context, task, graph, rows);
        var seen = new HashSet<ulong>();
        foreach (TaskWait wait in graph.WaitersOf(task.Address).Where(wait => wait.Lock is not null))
        {
            WaitHolder holder = wait.Holders.First(candidate => candidate.Task.Address == task.Address);
            if (seen.Add(wait.Lock!.Address.Value))
            {
                IEnumerable<KernelTask> behind = graph.Waits.Where(other => other.LockAddress == wait.LockAddress).Select(other => other.Task);
                rows.Add(RowOf(WaitWords.Relation(wait, holder) switch { "held by" => "holds", "perhaps held by" => "perhaps holds", var other => "is what it is " + other }, wait.Lock, wait.LockName, behind, holder.How));
            }
        }

        if (KnownLocks.OfProcess(context, task) is { IsHeld: true, IsOwnerExact: true } map && map.Owner == task.Address && seen.Add(map.Address.Value))
        {
            rows.Add(RowOf("holds", map, "mmap_lock of its process", [], "the lock names it as its owner"));
        }

        IReadOnlyList<HeldLock> recorded = HeldLockReader.Read(context.Kernel.Objects, task.Address, out string? missing);
        foreach (HeldLock held in recorded)
        {
            rows.Add(
            [
                Cell.Of("holds"), Cell.Absent("lockdep records the class and not the kind"), Cell.Address(held.Map, "", "struct lockdep_map"), Cell.None("its words are around the lockdep_map"),
                Cells.Symbol(context.Kernel, held.Where, "where it was taken is not recorded"), Cell.Of("lockdep recorded it"), Cell.Of(held.Name, "its name cannot be read"),
            ]);
        }

        string? note = missing is null ? null : missing + "; a lock that it holds is listed when somebody waits for it, and the mmap_lock of its process";
        return new Table("locks", "Locks held or awaited", s_columns, rows) { Notes = Cells.Notes(unknown, note) };
    }

    // Every sleeping task waits for something; the graph has those that are blocked.
    private static string? AddWait(PageContext context, KernelTask task, WaitGraph graph, List<IReadOnlyList<Cell>> rows)
    {
        WaitReader reader = context.Waits.Reader.Value;
        TaskWait? wait = graph.Find(task.Address);
        if (wait is null && reader.SiteOf(task) is { Class: not WaitClass.None } site && task.State is not ("X" or "Z"))
        {
            wait = reader.Read(task, site);
        }

        if (wait is null)
        {
            return null;
        }

        if (wait.Lock is not { } state)
        {
            return wait.Class == WaitClass.Timer ? wait.NoHolder : $"it waits for {wait.What}{(wait.NoHolder is null ? "" : ": " + wait.NoHolder)}";
        }

        rows.Add(RowOf(wait.Mode is "reader" or "writer" ? $"waits for, as a {wait.Mode}" : "waits for", state, wait.LockName, wait.Holders.Select(holder => holder.Task), wait.Proof));
        return null;
    }

    private static IReadOnlyList<Cell> RowOf(string relation, LockState state, string name, IEnumerable<KernelTask> others, string proof) =>
    [
        Cell.Of(relation), LockCells.Kind(state.Kind), LockCells.Lock(state), Cell.Of(state.State), LockCells.Tasks(others), proof.Length > 0 ? Cell.Of(proof) : Cell.None("not said"), Cell.Of(name),
    ];
}
