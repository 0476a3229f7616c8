// LockPage: one lock with its owner and everybody who waits for it.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages.Locks;

/// <summary>
/// `vaquest lock DUMP [KIND:]ADDR`: the words of a lock decoded. Without the kind it is told by the type of the variable or object at the address, or
/// by who waits there.
/// </summary>
internal static class LockPage
{
    public static PageSource Source { get; } = new(
        "lock", "Print a lock: its words decoded, its owner, who waits. [KIND:]ADDR, KIND one of " + LockKindNames.All + ".", "LOCK", true, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        WaitGraph graph = context.Waits.Get(false, cancellation);
        (LockKind kind, VirtAddr address, string? place) = Parse(context, argument!, graph);
        LockState state = LockCells.Read(context, kind, address);
        TaskWait[] waits = [.. graph.Waits.Where(wait => wait.LockAddress == address)];
        string name = waits.FirstOrDefault()?.LockName is { Length: > 0 } known ? known : place ?? NameOf(context, address, kind);
        string? tag = LockKindNames.TagOf(kind, candidate => context.Kernel.Types.FindSize(candidate) is > 0);
        return new Page("lock", $"{WaitWords.Of(kind)} {name}",
        [
            Table.Record("lock", "Lock",
                ("kind", "kind", LockCells.Kind(kind)),
                ("address", "address", Cell.Address(address, "", tag is null ? null : "struct " + tag)),
                ("name", "name", Cell.Of(name)),
                ("held", "held", LockCells.Held(state)),
                ("state", "state", Cell.Of(state.State)),
                ("owner", "owner", LockCells.Owner(context, state)),
                ("readers", "readers", LockCells.Readers(state)),
                ("writeHeld", "held by a writer", kind is not (LockKind.RwSemaphore or LockKind.RwLock or LockKind.PercpuRwSemaphore) ? Cell.None("it knows no writers")
                    : state.IsHeld is null && state.Damage.Count > 0 ? Cell.Absent(state.Damage[0]) : Cell.Flag(state.IsWriteHeld)),
                ("candidates", "perhaps held by", LockCells.Candidates(context, state, waits))) with { Notes = state.Damage },
            WaitersOf(context, state, waits),
        ]);
    }

    private static Table WaitersOf(PageContext context, LockState state, TaskWait[] waits)
    {
        var rows = new List<IReadOnlyList<Cell>>();
        var shown = new HashSet<ulong>();
        foreach (LockWaiter waiter in state.Waiters)
        {
            KernelTask? task = waiter.Task is { } at ? context.Kernel.Tasks.FindByAddress(at) : waiter.Cpu is { } cpu ? context.Kernel.Tasks.FindOnCpu(cpu) : null;
            shown.Add(task?.Address.Value ?? 0);
            rows.Add(RowOf(context, rows.Count, Cell.Address(waiter.Node, ""), task, waiter.Task, waiter.Cpu, waiter.Mode, Array.Find(waits, wait => wait.Task.Address == task?.Address)));
        }

        foreach (TaskWait wait in waits.Where(wait => shown.Add(wait.Task.Address.Value)))
        {
            rows.Add(RowOf(context, rows.Count, Cell.None("it is in no queue of the lock that is known"), wait.Task, wait.Task.Address, wait.Task.IsOnCpu ? wait.Task.Cpu : null, wait.Mode, wait));
        }

        return new Table("waiters", "Who waits, the first in the queue first",
            [new("position", "#", true), new("task", "TASK"), new("pid", "PID", true), new("cpu", "CPU", true), new("mode", "AS"), new("caller", "IN"), new("node", "WAITER"), new("proof", "")],
            rows)
        {
            Notes = state.Damage.Count > 0 ? ["these are the ones that could be read, there may be more"] : [],
        };
    }

    private static IReadOnlyList<Cell> RowOf(PageContext context, int position, Cell node, KernelTask? task, VirtAddr? address, int? cpu, string? mode, TaskWait? wait) =>
    [
        Cell.Of((long)position), task is not null ? Cells.Task(task) : Cells.Task(context.Kernel, address, "the waiter names no task that can be read"),
        Cell.Of(task?.Pid, "it is no task of this dump"), cpu is { } on ? Cell.Of((long)on) : Cell.None("it sleeps"), mode is null ? Cell.None("there is one way to wait") : Cell.Of(mode),
        wait?.Caller is { } caller ? Cell.Frame(caller) : Cell.None("its stack was not looked at, or does not show it"), node, wait is { Proof.Length: > 0 } ? Cell.Of(wait.Proof) : Cell.None("the lock names it"),
    ];

    private static (LockKind Kind, VirtAddr Address, string? Name) Parse(PageContext context, string argument, WaitGraph graph)
    {
        int colon = argument.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            LockKind kind = LockKindNames.Find(argument[..colon]) ?? throw PageArguments.Fail(context, $"\"{argument[..colon]}\" is no kind of lock: write one of {LockKindNames.All}");
            return (kind, AddressArgument.Parse(context.Kernel, argument[(colon + 1)..]), null);
        }

        VirtAddr address = AddressArgument.Parse(context.Kernel, argument);
        if (graph.Waits.FirstOrDefault(wait => wait.LockAddress == address && LockKindNames.NameOf(wait.Lock!.Kind) is not null) is { Lock: { } known })
        {
            return (known.Kind, address, null);
        }

        return ByType(context, address) is { } found ? (found.Lock.Kind, address, found.Name)
            : throw PageArguments.Fail(context, $"what kind of lock is at {address} is not known: write KIND:ADDR, KIND one of {LockKindNames.All}");
    }

    // A variable with a type, else an object whose type is known.
    private static (LockMember Lock, string Name)? ByType(PageContext context, VirtAddr address)
    {
        if (context.Kernel.Symbols.FindAt(address) is { Symbol.IsText: false } hit && context.Values.FindVariableType(hit.Symbol) is { } variable
            && LockMembers.At(context.Values.Kernel, hit.Symbol.Address, variable, hit.Offset) is { } global)
        {
            return (global, hit.Symbol.Name + (global.Path.Length > 0 ? "." + global.Path : ""));
        }

        if (context.Identify(address.Value).Object is not { } item || item.Type.IndexOf(' ', StringComparison.Ordinal) is not (> 0 and { } space)
            || context.Kernel.Types.Catalog?.FindStruct(item.Type[(space + 1)..]) is not StructType type)
        {
            return null;
        }

        return LockMembers.At(context.Values.Kernel, item.Address, type, item.Offset) is { } member
            ? (member, $"{member.Path} of {item.Type} at {item.Address}{(item.Summary is null ? "" : ", " + item.Summary)}") : null;
    }

    private static string NameOf(PageContext context, VirtAddr address, LockKind kind)
    {
        string name = context.Waits.Reader.Value.Names.Find(address, kind, null, -1);
        return name.StartsWith("at ", StringComparison.Ordinal) && ByType(context, address) is { } found ? found.Name : name;
    }
}
