// NetDeviceReader: the network devices of every namespace.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Net;

/// <summary>Walks net.dev_base_head (include/linux/netdevice.h) and each device's addresses.</summary>
public sealed class NetDeviceReader(LinuxKernel kernel)
{
    /// <summary>Devices of one namespace: a host with containers or VLANs has some thousand.</summary>
    private const int MaxDevices = 65_536;

    /// <summary>Addresses of one device.</summary>
    private const int MaxAddresses = 4096;

    /// <summary>MAX_ADDR_LEN.</summary>
    private const int MaxHardwareBytes = 32;

    /// <summary>include/uapi/linux/if.h; IFF_RUNNING and what follows it are computed, not stored.</summary>
    private static readonly (ulong Bit, string Name)[] s_flags =
    [
        (1, "up"), (2, "broadcast"), (8, "loopback"), (0x10, "point-to-point"), (0x80, "noarp"), (0x100, "promisc"), (0x200, "allmulti"),
        (0x400, "master"), (0x800, "slave"), (0x1000, "multicast"),
    ];

    private readonly KernelObjects _objects = kernel.Objects;
    private readonly NetCounterReader _counters = new(kernel);

    /// <summary>All devices, by namespace.</summary>
    public IReadOnlyList<NetDevice> Read(List<string> notes, CancellationToken cancellation)
    {
        var devices = new List<NetDevice>();
        IReadOnlyList<ObjectView> spaces = NetNamespaces.Read(kernel, out string? missing);
        Note(notes, missing);
        if (_objects.Types.FindOffset("net_device", "dev_list") is not { } link)
        {
            return devices;
        }

        foreach (ObjectView space in spaces)
        {
            cancellation.ThrowIfCancellationRequested();
            if (space.At("dev_base_head") is { } head)
            {
                foreach (VirtAddr address in _objects.ReadList(head, link, MaxDevices, out string? damage))
                {
                    devices.Add(ReadDevice(new ObjectView(_objects, address, "net_device"), space));
                    Note(notes, damage);
                }
            }
        }

        return devices;
    }

    private NetDevice ReadDevice(ObjectView device, ObjectView space)
    {
        ulong flags = device.UInt("flags") ?? 0;
        var names = s_flags.Where(flag => (flags & flag.Bit) != 0).Select(flag => flag.Name).ToList();

        // __LINK_STATE_NOCARRIER is bit 2 of net_device.state.
        if (device.UInt("state") is { } state && (state & 4) != 0)
        {
            names.Add("no-carrier");
        }

        var addresses = new List<string>();
        string? damage = ReadIpv4(device, addresses) ?? ReadIpv6(device, addresses);
        NetCounters? counters = _counters.Read(device, out string? reason);
        return new NetDevice
        {
            Object = device,
            Namespace = NetNamespaces.NumberOf(space),
            Name = device.Text("name"),
            Flags = names,
            HardwareAddress = ReadHardware(device),
            Addresses = addresses,
            Driver = device.Behind("device", "dev.parent")?.Behind("device_driver", "driver")?.TextBehind(64, "name"),
            Counters = counters,
            NoCounters = reason,
            Damage = damage,
        };
    }

    private string? ReadHardware(ObjectView device)
    {
        int length = (int)Math.Min(device.UInt("addr_len") ?? 0, MaxHardwareBytes);
        byte[] bytes = new byte[length];
        return length > 0 && device.Pointer("dev_addr") is { } at && _objects.Reader.Read(at, bytes).IsOk ? NetAddresses.Hardware(bytes) : null;
    }

    private static string? ReadIpv4(ObjectView device, List<string> addresses)
    {
        var seen = new HashSet<ulong>();
        for (ObjectView? address = device.Behind("in_device", "ip_ptr")?.Behind("in_ifaddr", "ifa_list"); address is not null; address = address.Behind("in_ifaddr", "ifa_next"))
        {
            if (!seen.Add(address.Address.Value) || seen.Count > MaxAddresses)
            {
                return FormattableString.Invariant($"the IPv4 addresses of {device.Text("name")} run in a circle at {address.Address}");
            }

            addresses.Add(IpOf(address, "ifa_local", 4, address.UInt("ifa_prefixlen")));
        }

        return null;
    }

    private string? ReadIpv6(ObjectView device, List<string> addresses)
    {
        if (device.Behind("inet6_dev", "ip6_ptr")?.At("addr_list") is not { } head || _objects.Types.FindOffset("inet6_ifaddr", "if_list") is not { } link)
        {
            return null;
        }

        foreach (VirtAddr address in _objects.ReadList(head, link, MaxAddresses, out string? damage))
        {
            ObjectView view = device.Other(address, "inet6_ifaddr");
            addresses.Add(IpOf(view, "addr", 16, view.UInt("prefix_len")));
            if (damage is not null)
            {
                return damage;
            }
        }

        return null;
    }

    private static string IpOf(ObjectView view, string member, int length, ulong? prefix)
    {
        byte[] bytes = new byte[length];
        bool isRead = view.At(member) is { } at && view.Objects.Reader.Read(at, bytes).IsOk;
        return isRead ? FormattableString.Invariant($"{NetAddresses.Ip(bytes)}/{prefix}") : FormattableString.Invariant($"(address at {view.Address} is not in the dump)");
    }

    private static void Note(List<string> notes, string? note)
    {
        if (note is not null && !notes.Contains(note))
        {
            notes.Add(note);
        }
    }
}
