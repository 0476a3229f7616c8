// CgroupsPage: the control groups as trees.
using VaQuest.Kernel.Cgroups;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest cgroups DUMP`: every hierarchy with the tasks of each group.</summary>
internal static class CgroupsPage
{
    private static readonly Column[] s_columns =
    [
        new("hierarchy", "HIERARCHY", true), new("level", ""), new("tasks", "TASKS", true), new("memoryBytes", "MEMORY", true), new("dying", "DYING", true),
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
            group.MemoryPages.Bits is { } pages ? Cell.Bytes(pages * pageSize, "") : Cell.None(group.MemoryPages.Reason),
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
