// MountsPage: what is mounted where.
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest mounts DUMP [PID]`: the mounts of one task's namespace, or of all namespaces that tasks are in.</summary>
internal static class MountsPage
{
    /// <summary>Namespaces that are listed: a machine with more containers is better asked by PID.</summary>
    private const int MaxNamespaces = 200;

    private static readonly Column[] s_columns =
    [
        new("namespace", ""), new("id", "ID", true), new("parentId", "PARENT", true), new("device", "DEV"), new("mount", "MOUNT"), new("superBlock", ""),
        new("type", "TYPE"), new("options", "OPTIONS"), new("source", "SOURCE"), new("root", "ROOT"), new("path", "PATH"),
    ];

    public static PageSource Source { get; } =
        new("mounts", "Print the mounts of a task's namespace, or of all namespaces: device, type, options, path.", "PID", false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        IReadOnlyList<KernelTask> tasks = argument is null ? PageArguments.Tasks(context).All : PageArguments.TasksOf(context, argument);
        IReadOnlyList<NamespaceUse> spaces = NamespaceUse.Find(context.Kernel.Objects, tasks, "mnt_ns", "mnt_namespace");
        if (spaces.Count == 0)
        {
            string reason = argument is null ? "no task's mount namespace can be read" : $"the mount namespace of PID {argument} is not known: a task that ends gives it back";
            throw PageArguments.Fail(context, reason);
        }

        var reader = new MountReader(context.Kernel.Objects);
        var rows = new List<IReadOnlyList<Cell>>();
        var notes = new List<string>();
        var paths = new PathCells();
        foreach (NamespaceUse space in spaces.Take(MaxNamespaces))
        {
            cancellation.ThrowIfCancellationRequested();
            MountList list = reader.Read(space.Address);
            rows.AddRange(list.Mounts.Select(mount => RowOf(space, mount, paths)));
            if (list.Damage is { } damage)
            {
                notes.Add(damage);
            }
        }

        if (spaces.Count > MaxNamespaces)
        {
            notes.Add(FormattableString.Invariant($"tasks are in {spaces.Count} mount namespaces; the first {MaxNamespaces} are listed, others with a PID"));
        }

        notes.AddRange(paths.Notes);
        Column[] columns = spaces.Count > 1 ? [s_columns[0] with { Heading = "NAMESPACE" }, .. s_columns[1..]] : s_columns;
        return new Page("mounts", "Mounts", [NamespacesOf(spaces), new Table("mounts", "Mounts", columns, rows) { Notes = notes }]);
    }

    private static Table NamespacesOf(IReadOnlyList<NamespaceUse> spaces) => new(
        "namespaces",
        "Mount namespaces",
        [new("namespace", "NAMESPACE"), new("address", "ADDRESS"), new("tasks", "TASKS", true), new("pid", "PID", true), new("comm", "ONE OF THEM")],
        [
            .. spaces.Select(space => (IReadOnlyList<Cell>)
            [
                Name(space),
                MemberCells.Pointer(space.Address, "", "struct mnt_namespace"),
                Cell.Of((long)space.Tasks),
                Cell.Of((long)space.First.Pid),
                Cell.Task(space.First.Comm, space.First.Pid, space.First.Address),
            ]),
        ]);

    private static Cell[] RowOf(NamespaceUse space, KernelMount mount, PathCells paths) =>
    [
        Name(space),
        MemberCells.Signed(mount.Id),
        MemberCells.Signed(mount.ParentId),
        MemberCells.Device(mount.DeviceNumber),
        MemberCells.Pointer(mount.Address, "", "struct mount"),
        MemberCells.Pointer(mount.SuperBlock, "struct super_block"),
        Cell.Of(mount.Type, "its type cannot be read"),
        mount.Flags.Bits is null ? Cell.Absent(mount.Flags.Reason) : Cell.List(mount.Options),
        Cell.Of(mount.Device, "its name cannot be read"),
        paths.Of(mount.Root),
        paths.Of(mount.Point),
    ];

    private static Cell Name(NamespaceUse space) => MemberCells.Text(space.Number, number => FormattableString.Invariant($"mnt:[{number}]"));
}
