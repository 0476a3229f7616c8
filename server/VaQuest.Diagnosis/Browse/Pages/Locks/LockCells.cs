// LockCells: locks as cells and rows.
using VaQuest.Binary;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages.Locks;

/// <summary>What the pages about locks and tasks have in common.</summary>
internal static class LockCells
{
    /// <summary>The page of a lock, "lock/mutex:0xffff…"; null for kinds that have none.</summary>
    public static string? PageOf(LockKind kind, VirtAddr address) =>
        LockKindNames.NameOf(kind) is { } name ? $"lock/{name}:{Words.Hex(address.Value)}" : null;

    public static Cell Lock(LockState state) => Cell.Address(state.Address, "", null, PageOf(state.Kind, state.Address));

    public static Cell Kind(LockKind kind) => Cell.Of(LockKindNames.NameOf(kind) ?? WaitWords.Of(kind));

    /// <summary>The task that the lock names; a reason when it names none, which is nothing to show when it is free.</summary>
    public static Cell Owner(PageContext context, LockState state) => state.Owner is { } owner
        ? state.IsOwnerExact ? Cells.Task(context.Kernel, owner, "") : Cell.Absent("readers hold it; the last that took it stands among those that perhaps do")
        : state.IsHeld == false ? Cell.None(state.NoOwner ?? "it is free") : Cell.Absent(state.NoOwner ?? "it names no owner");

    /// <summary>Who may hold it beside an owner that is certain: the last reader of an rw_semaphore, those whose registers point to a spinlock.</summary>
    public static Cell Candidates(PageContext context, LockState state, IEnumerable<TaskWait> waits)
    {
        List<KernelTask> tasks = [.. waits.SelectMany(wait => wait.Holders).Where(holder => holder.Task.Address != state.Owner).Select(holder => holder.Task)];
        if (state is { Owner: { } last, IsOwnerExact: false } && context.Kernel.Tasks.FindByAddress(last) is { } reader)
        {
            tasks.Insert(0, reader);
        }

        return Tasks(tasks.DistinctBy(task => task.Address));
    }

    public static Cell Held(LockState state) => state.IsHeld is { } held ? Cell.Flag(held) : state.Damage.Count > 0 ? Cell.Absent(state.Damage[0]) : Cell.None("it cannot be held");

    public static Cell Readers(LockState state) => state.Readers is { } readers ? Cell.Of(readers) : Cell.None("it has none, or does not count them");

    /// <summary>How many are in its queue: as many as were read, but not 0 when the queue could not be read.</summary>
    public static Cell Queued(LockState state) =>
        state.Waiters.Count == 0 && state.Damage.Count > 0 ? Cell.Absent(state.Damage[^1]) : Cell.Of((long)state.Waiters.Count);

    /// <summary>Tasks by name, each leading to its page.</summary>
    public static Cell Tasks(IEnumerable<KernelTask> tasks) => Cell.List([.. tasks.Select(task => Cells.Task(task))]);

    public static LockState Read(PageContext context, LockKind kind, VirtAddr address) => context.Waits.Reader.Value.Locks.Read(kind, address);
}
