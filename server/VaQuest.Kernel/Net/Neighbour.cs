// Neighbour: an entry of the tables of neighbours (ARP, NDP).
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Net;

/// <summary>A neighbour (struct neighbour).</summary>
/// <param name="Object">Its structure.</param>
/// <param name="Table">"arp_cache" or "ndisc_cache".</param>
/// <param name="Address">Its network address, or null.</param>
/// <param name="HardwareAddress">Its hardware address, or null.</param>
/// <param name="Device">Name of the device behind which it is, or null.</param>
/// <param name="States">reachable, stale, permanent, …</param>
public sealed record Neighbour(ObjectView Object, string Table, string? Address, string? HardwareAddress, string? Device, IReadOnlyList<string> States);
