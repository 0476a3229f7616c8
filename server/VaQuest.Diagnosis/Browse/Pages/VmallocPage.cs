// VmallocPage: what is mapped in the vmalloc area.
using VaQuest.Kernel.Mm;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest vmalloc`: what /proc/vmallocinfo would have shown.</summary>
internal static class VmallocPage
{
    private static readonly Column[] s_columns =
    [
        new("start", "start"), new("bytes", "size", IsRight: true), new("pages", "pages", IsRight: true), new("flags", "what"), new("caller", "asked for by"),
        new("physical", "physical", IsRight: true), new("task", "stack of"), new("descriptor", "vm_struct"),
    ];

    public static PageSource Source { get; } = new(
        "vmalloc", "Areas of vmalloc, ioremap, vmap and tasks' stacks, with who asked for them.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var notes = new List<string>();
        IReadOnlyList<VmallocArea> areas = new VmallocReader(context.Kernel).Read(notes, cancellation);
        var stacks = new Dictionary<ulong, Cell>();
        foreach (var task in context.Kernel.Tasks.All)
        {
            if (task.Stack is { } stack)
            {
                stacks[stack.Value] = Cells.Task(task);
            }
        }

        const string Unread = "not all areas could be read";
        bool isKnown = notes.Count == 0;
        ulong pages = areas.Aggregate(0UL, (sum, area) => unchecked(sum + (area.Pages ?? 0)));
        return new Page("vmalloc", "Areas of vmalloc at the crash", [
            Table.Record("totals", "Totals", [
                ("areas", "areas", isKnown ? Cell.Of((long)areas.Count) : Cell.Absent(Unread)),
                ("bytes", "address space", isKnown ? Cell.Bytes(areas.Aggregate(0UL, (sum, area) => unchecked(sum + area.Bytes)), "") : Cell.Absent(Unread)),
                ("pageBytes", "pages behind them", isKnown ? Cell.Bytes(unchecked(pages * (ulong)context.Kernel.Dump.PageSize), "") : Cell.Absent(Unread)),
            ]),
            new Table("areas", "Areas", s_columns, [.. areas.Select(area => (IReadOnlyList<Cell>)
            [
                Cell.Address(area.Start, ""), Cell.Bytes(area.Bytes, ""), Cell.Of(area.Pages, "it has no vm_struct"), Cell.List(area.Flags),
                Cells.Symbol(context.Kernel, area.Caller, area.Descriptor is null ? "it has no vm_struct" : "not recorded"),
                area.Physical is { } physical ? Cell.Hex(physical) : Cells.None,
                stacks.GetValueOrDefault(area.Start.Value) ?? Cells.None,
                Cell.Address(area.Descriptor, "none: vm_map_ram", "struct vm_struct"),
            ])]) { Notes = notes },
        ]);
    }
}
