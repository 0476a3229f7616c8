// MapsPage: the memory map of a process.
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Mm;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest maps DUMP PID`: what /proc/PID/maps would show.</summary>
internal static class MapsPage
{
    private static readonly Column[] s_columns =
    [
        new("start", "START"), new("end", "END"), new("bytes", "SIZE", true), new("permissions", "PERM"), new("flags", ""), new("offset", "OFFSET", true),
        new("area", "AREA"), new("file", ""), new("deleted", "DELETED"), new("name", "FILE OR NAME"), new("traits", ""),
    ];

    public static PageSource Source { get; } = new("maps", "Print the memory map of a process.", "PID", true, Read);

    public static Table TableOf(PageContext context, KernelTask task)
    {
        MemoryMap map = new MemoryMapReader(context.Kernel).Read(task.Address);
        var paths = new PathCells();
        var rows = new List<IReadOnlyList<Cell>>(map.Areas.Count);
        rows.AddRange(map.Areas.Select(area => RowOf(context, area, paths)));
        string[] notes = map.Problem is { } problem ? [problem, .. paths.Notes] : [.. paths.Notes];
        return new Table("maps", "Memory map", s_columns, rows) { Notes = notes };
    }

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        KernelTask task = PageArguments.TasksOf(context, argument!)[0];
        return new Page("maps", FormattableString.Invariant($"Memory map of {task.Pid} {task.Comm}"), [TableOf(context, task)]);
    }

    private static Cell[] RowOf(PageContext context, MemoryArea area, PathCells paths) =>
    [
        Hex(area.Start),
        Hex(area.End),
        area.Start.Bits is { } start && area.End.Bits is { } end && end >= start ? Cell.Bytes(end - start, "") : Cell.Absent("its bounds are not known"),
        MemberCells.Text(area.Flags, MemoryArea.Permissions),
        MemberCells.Hex(area.Flags),
        area.File.Bits == 0
            ? Cell.None("it is no mapping of a file")
            : area.PageOffset.Bits is { } pages ? Cell.Hex(unchecked(pages * (ulong)context.Opened.Dump.PageSize)) : Cell.Absent(area.PageOffset.Reason),
        MemberCells.Pointer(area.Address, "", "struct vm_area_struct"),
        MemberCells.Pointer(area.File, "struct file", "file"),
        Cell.Mark(area.Path?.IsDeleted == true, "deleted"),
        area.Path is { } path ? paths.Of(path) : Cell.Of(area.Name ?? ""),
        MemberCells.Names(area.Flags, MemoryArea.Traits),
    ];

    private static Cell Hex(Kernel.Objects.MemberValue value) => value.Bits is { } bits ? Cell.HexAs(bits, Words.FullHex(bits)) : Cell.Absent(value.Reason);
}
