// IpcPage: System V shared memory, semaphores and message queues.
using VaQuest.Kernel.Ipc;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest ipc DUMP [PID]`: the objects of a task's IPC namespace, or of all namespaces that tasks are in.</summary>
internal static class IpcPage
{
    /// <summary>Namespaces that are listed.</summary>
    private const int MaxNamespaces = 200;

    /// <summary>Values of a set that are shown.</summary>
    private const int MaxValues = 64;

    private static readonly Column[] s_common =
    [
        new("namespace", "NAMESPACE", true), new("id", "ID", true), new("key", "KEY", true), new("address", "ADDRESS"), new("uid", "UID", true), new("gid", "GID", true),
        new("mode", "MODE", true),
    ];

    public static PageSource Source { get; } =
        new("ipc", "Print System V shared memory, semaphores and message queues of a task's namespace, or of all.", "PID", false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        IReadOnlyList<KernelTask> tasks = argument is null ? PageArguments.Tasks(context).All : PageArguments.TasksOf(context, argument);
        IReadOnlyList<NamespaceUse> spaces = NamespaceUse.Find(context.Kernel.Objects, tasks, "ipc_ns", "ipc_namespace");
        var shared = new List<IReadOnlyList<Cell>>();
        var semaphores = new List<IReadOnlyList<Cell>>();
        var queues = new List<IReadOnlyList<Cell>>();
        var notes = new List<string>();
        if (spaces.Count == 0)
        {
            notes.Add("no IPC namespace can be read from these tasks");
        }

        foreach (NamespaceUse space in spaces.Take(MaxNamespaces))
        {
            cancellation.ThrowIfCancellationRequested();
            IpcContents contents = new IpcReader(context.Kernel.Objects).Read(space.Address);
            notes.AddRange(contents.Problems);
            shared.AddRange(contents.Shared.Select(item => RowOf(space, item, "struct shmid_kernel", SharedCells(item))));
            semaphores.AddRange(contents.Semaphores.Select(item => RowOf(space, item, "struct sem_array", SemaphoreCells(item))));
            queues.AddRange(contents.Queues.Select(item => RowOf(space, item, "struct msg_queue", QueueCells(item))));
        }

        if (spaces.Count > MaxNamespaces)
        {
            notes.Add(FormattableString.Invariant($"tasks are in {spaces.Count} IPC namespaces; the first {MaxNamespaces} are listed, others with a PID"));
        }

        return new Page("ipc", "System V IPC",
        [
            new Table(
                "sharedMemory",
                "Shared memory",
                [.. s_common, new("bytes", "SIZE", true), new("attached", "ATTACHED", true), new("creatorPid", "CREATOR", true), new("lastPid", "LAST", true), new("file", "FILE")],
                shared) { Notes = notes },
            new Table(
                "semaphores", "Semaphores", [.. s_common, new("count", "COUNT", true), new("waiting", "WAITING", true), new("values", "VALUES")], semaphores),
            new Table(
                "messageQueues",
                "Message queues",
                [.. s_common, new("messages", "MESSAGES", true), new("bytes", "BYTES", true), new("maxBytes", "MOST", true), new("lastSendPid", "SENT BY", true), new("lastReceivePid", "RECEIVED BY", true)],
                queues),
        ]);
    }

    private static Cell[] RowOf(NamespaceUse space, IpcObject item, string type, Cell[] own) =>
    [
        MemberCells.Number(space.Number),
        MemberCells.Signed(item.Id),
        MemberCells.Text(item.Key, key => FormattableString.Invariant($"0x{(uint)key:x8}")),
        MemberCells.Pointer(item.Address, "", type),
        MemberCells.Number(item.Uid),
        MemberCells.Number(item.Gid),
        MemberCells.Text(item.Mode, mode => Convert.ToString((long)(mode & 0x1ff), 8)),
        .. own,
    ];

    private static Cell[] SharedCells(SharedMemory item) =>
    [
        MemberCells.Bytes(item.Bytes),
        MemberCells.Number(item.Attached),
        Pid(item.CreatorPid),
        Pid(item.LastPid),
        MemberCells.Pointer(item.File, "struct file", "file"),
    ];

    private static Cell[] SemaphoreCells(SemaphoreSet item) =>
    [
        MemberCells.Signed(item.Count),
        Cell.Of(item.Waiting, "the lists of those that wait are damaged"),
        item.Values is { } values
            ? Cell.List([.. values.Take(MaxValues).Select(Cell.Of), .. values.Skip(MaxValues).Take(1).Select(_ => Cell.Of("..."))])
            : Cell.Absent("they could not be read"),
    ];

    private static Cell[] QueueCells(MessageQueue item) =>
    [
        MemberCells.Number(item.Messages),
        MemberCells.Number(item.Bytes),
        MemberCells.Number(item.MaxBytes),
        Pid(item.LastSendPid),
        Pid(item.LastReceivePid),
    ];

    private static Cell Pid(MemberValue pid) => pid.Signed is { } number
        ? Cell.Link(number.ToString(System.Globalization.CultureInfo.InvariantCulture), FormattableString.Invariant($"task/{number}"))
        : Cell.Absent(pid.Reason);
}
