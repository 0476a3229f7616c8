// LocksPage: the locks that are waited for, and those that are held.
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Kernel.Locks;

namespace VaQuest.Diagnosis.Browse.Pages.Locks;

/// <summary>`vaquest locks`: every lock that a blocked task waits for, then those of <see cref="KnownLocks"/> that are held, or have waiters or damage.</summary>
internal static class LocksPage
{
    /// <summary>Rows of one table.</summary>
    private const int MaxRows = 10_000;

    private static readonly Column[] s_columns =
    [
        new("kind", "KIND"), new("lock", "LOCK"), new("held", "HELD"), new("owner", "OWNER"), new("readers", "READERS", true), new("waiters", "QUEUED", true),
        new("tasks", "TASKS THAT WAIT"), new("candidates", "PERHAPS HELD BY"), new("state", "STATE"), new("name", "NAME"),
    ];

    public static PageSource Source { get; } = new(
        "locks", "Print the locks that tasks wait for and those that are held, with owners and waiters.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        WaitGraph graph = context.Waits.Get(false, cancellation);
        var seen = new HashSet<ulong>();
        var waited = new List<IReadOnlyList<Cell>>();
        var notes = new List<(LockState Lock, string Damage)>();
        foreach (IGrouping<ulong, TaskWait> group in graph.Waits.Where(IsLock).GroupBy(wait => wait.Lock!.Address.Value))
        {
            TaskWait[] waits = [.. group];
            seen.Add(group.Key);
            waited.Add(RowOf(context, waits[0].Lock!, waits[0].LockName, waits));
            AddDamage(notes, waits[0].Lock!);
        }

        var held = new List<IReadOnlyList<Cell>>();
        var heldNotes = new List<(LockState Lock, string Damage)>();
        int free = 0;
        foreach ((string name, LockState state) in KnownLocks.Read(context, cancellation))
        {
            if (state.IsHeld == false && state.Waiters.Count == 0 && state.Damage.Count == 0)
            {
                free++;
            }
            else if (seen.Add(state.Address.Value) && held.Count < MaxRows)
            {
                held.Add(RowOf(context, state, name, []));
                AddDamage(heldNotes, state);
            }
        }

        string lookedAt = FormattableString.Invariant($"looked at: global locks that are known by name, mmap_lock of every process, s_umount of every file system, run queues; {free} of them were free");
        return new Page("locks", "Locks",
        [
            new Table("waitedFor", "Locks that blocked tasks wait for", s_columns, waited) { Notes = [.. graph.Notes.Concat(NotesOf(notes)).Distinct()] },
            new Table("held", "Other locks that are held, or not wholly readable", s_columns, held) { Notes = [.. NotesOf(heldNotes), lookedAt] },
        ]);
    }

    // What has an owner; queues, bits and pages are in the page about waits.
    private static bool IsLock(TaskWait wait) => wait.Lock is { Kind: not (LockKind.WaitQueue or LockKind.Bit or LockKind.Page) };

    private static IReadOnlyList<Cell> RowOf(PageContext context, LockState state, string name, IReadOnlyList<TaskWait> waits) =>
    [
        LockCells.Kind(state.Kind), LockCells.Lock(state), LockCells.Held(state), LockCells.Owner(context, state), LockCells.Readers(state), LockCells.Queued(state),
        LockCells.Tasks(waits.Select(wait => wait.Task)),
        LockCells.Candidates(context, state, waits),
        Cell.Of(state.State), Cell.Of(name),
    ];

    private static void AddDamage(List<(LockState Lock, string Damage)> notes, LockState state) =>
        notes.AddRange(state.Damage.Select(damage => (state, damage)));

    // What a kernel's types do not tell is missing at each lock of a kind: one line says it.
    private static IEnumerable<string> NotesOf(IEnumerable<(LockState Lock, string Damage)> notes) =>
        notes.GroupBy(note => (note.Lock.Kind, note.Damage)).Select(group => group.Count() == 1
            ? $"{WaitWords.Of(group.Key.Kind)} at {group.First().Lock.Address}: {group.Key.Damage}"
            : FormattableString.Invariant($"{group.Count()} locks of the kind {WaitWords.Of(group.Key.Kind)}: {group.Key.Damage}"));
}
