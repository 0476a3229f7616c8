// ZonesPage: memory nodes, zones with watermarks, and free areas.
using VaQuest.Kernel.Mm;
using VaQuest.Kernel.Objects;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest zones`: what /proc/zoneinfo, buddyinfo and pagetypeinfo would have shown.</summary>
internal static class ZonesPage
{
    private static readonly Column[] s_zoneColumns =
    [
        new("node", "node", IsRight: true), new("zone", "zone"), new("address", "struct zone"), new("startPfn", "first pfn", IsRight: true),
        new("spanned", "spanned", IsRight: true), new("present", "present", IsRight: true), new("managed", "managed", IsRight: true),
        new("free", "free", IsRight: true), new("min", "min", IsRight: true), new("low", "low", IsRight: true), new("high", "high", IsRight: true),
        new("boost", "boost", IsRight: true), new("perCpuPages", "in CPU lists", IsRight: true), new("belowMin", "below min"),
    ];

    private static readonly Column[] s_nodeColumns =
    [
        new("node", "node", IsRight: true), new("address", "struct pglist_data"), new("startPfn", "first pfn", IsRight: true),
        new("spanned", "spanned", IsRight: true), new("present", "present", IsRight: true), new("kswapd", "kswapd"),
    ];

    public static PageSource Source { get; } = new(
        "zones", "Memory nodes and zones with their watermarks, and free blocks by order and migrate type.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var reader = new MemoryNodes(context.Kernel);
        IReadOnlyList<MemoryNode> nodes = reader.Read(out string? missing);
        MemoryZone[] zones = [.. nodes.SelectMany(node => node.Zones).Where(MemoryNodes.IsPopulated)];
        return new Page("zones", "Memory nodes and zones at the crash, in pages", [
            new Table("nodes", "Nodes", s_nodeColumns, [.. nodes.Select(node => RowOf(context, node))]) { Notes = Cells.Notes(missing) },
            new Table("zones", "Zones", s_zoneColumns, [.. zones.Select(RowOf)]),
            FreeAreas(reader, zones, cancellation),
        ]);
    }

    private static IReadOnlyList<Cell> RowOf(PageContext context, MemoryNode node)
    {
        ObjectView view = node.Object;
        return
        [
            Cell.Of((long)node.Number), Cell.Address(view.Address, "", "struct pglist_data"), Cells.UInt(view, "node_start_pfn"),
            Cells.UInt(view, "node_spanned_pages"), Cells.UInt(view, "node_present_pages"),
            Cells.Task(context.Kernel, view.Pointer("kswapd"), view.Why("kswapd")),
        ];
    }

    private static IReadOnlyList<Cell> RowOf(MemoryZone zone)
    {
        const string Reason = "not in the dump";
        long? free = zone.Counters.Find("NR_FREE_PAGES")?.Exact;
        return
        [
            Cell.Of((long)zone.Node), Cell.Of(zone.Name, Reason), Cell.Address(zone.Object.Address, "", "struct zone"), Cell.Of(zone.StartPfn, Reason),
            Cell.Of(zone.Spanned, Reason), Cell.Of(zone.Present, Reason), Cell.Of(zone.Managed, Reason), Cell.Of(free, Reason),
            Cell.Of(zone.Min, Reason), Cell.Of(zone.Low, Reason), Cell.Of(zone.High, Reason), Cell.Of(zone.Boost, Reason),
            Cell.Of(zone.PagesOfCpus, Reason),
            free is { } pages && zone.Min is { } min ? Cell.Flag(pages < (long)Math.Min(min, long.MaxValue)) : Cell.Absent(Reason),
        ];
    }

    private static Table FreeAreas(MemoryNodes reader, MemoryZone[] zones, CancellationToken cancellation)
    {
        var notes = new List<string>();
        var rows = new List<IReadOnlyList<Cell>>();
        IReadOnlyList<string> types = reader.ReadMigrateTypes();
        foreach (MemoryZone zone in zones)
        {
            foreach (FreeArea area in reader.ReadFreeAreas(zone, notes, cancellation))
            {
                var row = new List<Cell>
                {
                    Cell.Of((long)zone.Node), Cell.Of(zone.Name, "not in the dump"), Cell.Of((long)area.Order), Cell.Of(area.Count, "not in the dump"),
                };
                for (int i = 0; i < types.Count; i++)
                {
                    row.Add(i < area.ByType.Count ? Cell.Of(area.ByType[i], "its list is damaged") : Cells.None);
                }

                rows.Add(row);
            }
        }

        Column[] columns =
        [
            new("node", "node", IsRight: true), new("zone", "zone"), new("order", "order", IsRight: true), new("blocks", "free blocks", IsRight: true),
            .. types.Select(type => new Column(type.Length > 0 ? char.ToLowerInvariant(type[0]) + type[1..] : type, type, IsRight: true)),
        ];
        return new Table("freeAreas", "Free areas", columns, rows) { Notes = notes };
    }
}
