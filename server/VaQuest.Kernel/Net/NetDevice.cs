// NetDevice: a network device.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Net;

/// <summary>A device (struct net_device).</summary>
public sealed record NetDevice
{
    public required ObjectView Object { get; init; }

    /// <summary>Number of its network namespace, or null.</summary>
    public ulong? Namespace { get; init; }

    public string? Name { get; init; }

    /// <summary>up, loopback, promisc, … and no-carrier.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    public string? HardwareAddress { get; init; }

    /// <summary>Addresses with their prefix lengths, 127.0.0.1/8.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>The bus driver of the device, "virtio_net"; null for devices without one.</summary>
    public string? Driver { get; init; }

    /// <summary>Packets and bytes, or null with <see cref="NoCounters"/>.</summary>
    public NetCounters? Counters { get; init; }

    /// <summary>Why there are no counters.</summary>
    public string? NoCounters { get; init; }

    /// <summary>Where one of its address lists broke off.</summary>
    public string? Damage { get; init; }
}
