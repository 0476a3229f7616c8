// NetdevPage: network devices by namespace.
using VaQuest.Kernel.Net;
using VaQuest.Kernel.Objects;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest netdev`: what `ip -s address` would have shown.</summary>
internal static class NetdevPage
{
    private static readonly string[] s_operational = ["unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"];

    private static readonly Column[] s_columns =
    [
        new("namespace", "netns", IsRight: true), new("index", "index", IsRight: true), new("name", "name"), new("flags", "flags"), new("state", "state"),
        new("mtu", "MTU", IsRight: true), new("hardwareAddress", "hardware address"), new("addresses", "addresses"), new("driver", "driver"),
        new("rxPackets", "rx packets", IsRight: true), new("rxBytes", "rx bytes", IsRight: true), new("rxDropped", "dropped", IsRight: true),
        new("txPackets", "tx packets", IsRight: true), new("txBytes", "tx bytes", IsRight: true), new("txDropped", "dropped", IsRight: true),
        new("address", "struct net_device"),
    ];

    public static PageSource Source { get; } = new(
        "netdev", "Network devices of every namespace: state, addresses, counters, driver.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var notes = new List<string>();
        IReadOnlyList<NetDevice> devices = new NetDeviceReader(context.Kernel).Read(notes, cancellation);
        notes.AddRange(devices.Select(device => device.Damage).OfType<string>());
        return new Page("netdev", "Network devices at the crash", [new Table("devices", "Devices", s_columns, [.. devices.Select(RowOf)]) { Notes = notes }]);
    }

    private static IReadOnlyList<Cell> RowOf(NetDevice device)
    {
        ObjectView view = device.Object;
        string why = device.NoCounters ?? "not known";
        return
        [
            Cell.Of(device.Namespace, view.Why("nd_net.net")), Cells.Int(view, "ifindex"), Cell.Of(device.Name, view.Why("name")), Cell.List(device.Flags),
            view.UInt("operstate") is { } state && state < (ulong)s_operational.Length ? Cell.Of(s_operational[state]) : Cell.Absent(view.Why("operstate")),
            Cells.UInt(view, "mtu"), Cell.Of(device.HardwareAddress, "none"), Cell.List(device.Addresses), Cell.Of(device.Driver ?? ""),
            Cell.Of(device.Counters?.RxPackets, why), Cell.Of(device.Counters?.RxBytes, why), Cell.Of(device.Counters?.RxDropped, why),
            Cell.Of(device.Counters?.TxPackets, why), Cell.Of(device.Counters?.TxBytes, why), Cell.Of(device.Counters?.TxDropped, why),
            Cell.Address(view.Address, "", "struct net_device"),
        ];
    }
}
