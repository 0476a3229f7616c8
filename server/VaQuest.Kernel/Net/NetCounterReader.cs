// NetCounterReader: a device's packet counters, which lie in one of several places.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Net;

/// <summary>
/// What dev_get_stats would add up: the driver's own (lstats of the loopback device, tstats of tunnels and bridges, net_device.stats of simple
/// drivers) and the stack's core_stats. A driver that counts in structures of its own cannot be asked; that is said, not shown as zero.
/// </summary>
internal sealed class NetCounterReader(LinuxKernel kernel)
{
    private readonly KernelObjects _objects = kernel.Objects;

    public NetCounters? Read(ObjectView device, out string? reason)
    {
        reason = null;
        VirtAddr? getter = device.Behind("net_device_ops", "netdev_ops")?.Pointer("ndo_get_stats64");
        string? name = getter is { } at ? kernel.Symbols.FindAt(at)?.Symbol.Name : null;
        NetCounters? counters = name switch
        {
            null when getter is null => FromStats(device, []),
            "loopback_get_stats64" => FromPerCpu(device, "lstats", "pcpu_lstats", isBothWays: true),
            "dev_get_tstats64" or "ip_tunnel_get_stats64" => FromStats(device, FromPerCpu(device, "tstats", "pcpu_sw_netstats", isBothWays: false)),
            _ => null,
        };
        if (counters is null)
        {
            reason = name is null or "loopback_get_stats64" or "dev_get_tstats64" ? "its counters are not in the dump" : $"its driver counts by itself ({name})";
            return null;
        }

        return WithCore(device, counters);
    }

    private static NetCounters? FromStats(ObjectView device, NetCounters? more)
    {
        if (more is null || device.Member("net_device_stats", "stats") is not { } stats || stats.UInt("rx_packets") is not { } packets)
        {
            return null;
        }

        ulong Get(string member) => stats.UInt(member) ?? 0;
        return new NetCounters(
            unchecked(packets + more.RxPackets), unchecked(Get("rx_bytes") + more.RxBytes), unchecked(Get("tx_packets") + more.TxPackets),
            unchecked(Get("tx_bytes") + more.TxBytes),
            Get("rx_errors"), Get("tx_errors"), Get("rx_dropped"), Get("tx_dropped"));
    }

    private static NetCounters? FromStats(ObjectView device, ReadOnlySpan<NetCounters> none) =>
        none.Length > 0 ? null : FromStats(device, new NetCounters(0, 0, 0, 0, 0, 0, 0, 0));

    private NetCounters? FromPerCpu(ObjectView device, string member, string tag, bool isBothWays)
    {
        var sums = new ulong[4];
        string[] names = isBothWays ? ["packets", "bytes", "packets", "bytes"] : ["rx_packets", "rx_bytes", "tx_packets", "tx_bytes"];
        foreach (int cpu in kernel.Cpus.Possible)
        {
            for (int i = 0; i < names.Length; i++)
            {
                VirtAddr? copy = kernel.Cpus.FindPerCpu(device.Pointer(member), cpu);
                if (copy is not { } at || _objects.FindUInt(at, tag, names[i]) is not { } value)
                {
                    return null;
                }

                sums[i] = unchecked(sums[i] + value);
            }
        }

        return new NetCounters(sums[0], sums[1], sums[2], sums[3], 0, 0, 0, 0);
    }

    /// <summary>Packets that the stack dropped itself: per CPU since 5.18, atomic counters of the device before; both may be absent.</summary>
    private NetCounters WithCore(ObjectView device, NetCounters counters)
    {
        ulong rx = device.UInt("rx_dropped.counter") ?? 0;
        ulong tx = device.UInt("tx_dropped.counter") ?? 0;
        if (device.Pointer("core_stats") is { } core)
        {
            foreach (int cpu in kernel.Cpus.Possible)
            {
                VirtAddr? at = kernel.Cpus.FindPerCpu(core, cpu);
                rx = unchecked(rx + (at is { } copy ? _objects.FindUInt(copy, "net_device_core_stats", "rx_dropped") ?? 0 : 0));
                tx = unchecked(tx + (at is { } same ? _objects.FindUInt(same, "net_device_core_stats", "tx_dropped") ?? 0 : 0));
            }
        }

        return counters with { RxDropped = unchecked(counters.RxDropped + rx), TxDropped = unchecked(counters.TxDropped + tx) };
    }
}
