// NeighboursPage: the tables of neighbours.
using VaQuest.Kernel.Net;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest arp`: what `ip neighbour` would have shown, permanent entries of the stack's own included.</summary>
internal static class NeighboursPage
{
    private static readonly Column[] s_columns =
    [
        new("table", "table"), new("ip", "address"), new("hardwareAddress", "hardware address"), new("device", "device"), new("states", "state"),
        new("address", "struct neighbour"),
    ];

    public static PageSource Source { get; } = new("arp", "Neighbours: the ARP and NDP tables.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var notes = new List<string>();
        IReadOnlyList<Neighbour> neighbours = new NeighbourReader(context.Kernel).Read(notes);
        return new Page("arp", "Neighbours at the crash", [
            new Table("neighbours", "Neighbours", s_columns, [.. neighbours.Select(entry => (IReadOnlyList<Cell>)
            [
                Cell.Of(entry.Table), Cell.Of(entry.Address, "not in the dump"), Cell.Of(entry.HardwareAddress, "none"), Cell.Of(entry.Device, "none"),
                Cell.List(entry.States), Cell.Address(entry.Object.Address, "", "struct neighbour"),
            ])]) { Notes = notes },
        ]);
    }
}
