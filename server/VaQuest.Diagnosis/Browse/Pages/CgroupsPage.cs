// CgroupsPage: the control groups as trees.
using VaQuest.Kernel.Cgroups;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest cgroups DUMP`: every hierarchy with the tasks of each group.</summary>
internal static class CgroupsPage
{
    /// <summary>PID_MAX_LIMIT; pids.max is one above it when there is no limit.</summary>
    private const long MaxPids = 4 * 1024 * 1024;

    private static readonly Column[] s_columns =
    [
        new("hierarchy", "HIERARCHY", true), new("level", ""), new("tasks", "TASKS", true), new("memoryBytes", "MEMORY", true), new("pids", "PIDS", true), new("pidsLimit", ""), new("dying", "DYING", true),
        new("address", "CGROUP"), new("controllers", "CONTROLLERS"), new("path", "PATH"),
    ];

    public static PageSource Source { get; } =
        new("cgroups", "Print the control groups of every hierarchy, with their tasks, controllers and memory.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var reader = new CgroupReader(context.Kernel.Objects, context.Kernel.Symbols.FindAddress);
        IReadOnlyList<CgroupHierarchy> hierarchies = reader.Read(PageArguments.Tasks(context).All, out string? problem);
        ulong pageSize = (ulong)context.Opened.Dump.PageSize;
        var rows = hierarchies.SelectMany(hierarchy => hierarchy.Groups).Select(group => (IReadOnlyList<Cell>)
        [
            MemberCells.Signed(group.Hierarchy),
            Cell.Of((long)group.Level),
            Cell.Of((long)group.Tasks),
            group.MemoryPages.Bits is { } pages ? Cell.Bytes(unchecked(pages * pageSize), "") : Cell.None(group.MemoryPages.Reason),
            group.Pids.Signed is { } pids ? Cell.Of(pids) : Cell.None(group.Pids.Reason),
            group.PidsLimit.Signed is { } limit ? limit > MaxPids ? Cell.None("it has no limit") : Cell.Of(limit) : Cell.None(group.PidsLimit.Reason),
            MemberCells.Signed(group.Dying),
            MemberCells.Pointer(group.Address, "", "struct cgroup"),
            Cell.List(group.Controllers),
            Cell.Of(group.Path),
        ]).ToList();
        return new Page("cgroups", "Control groups",
        [
            new Table("groups", "Control groups", s_columns, rows)
            {
                Notes = [.. new[] { problem }.Concat(hierarchies.Select(hierarchy => hierarchy.Damage)).OfType<string>()],
            },
        ]);
    }
}
