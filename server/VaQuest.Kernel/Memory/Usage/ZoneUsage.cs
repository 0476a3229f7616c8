// ZoneUsage: one zone of the page allocator.
namespace VaQuest.Kernel.Memory.Usage;

/// <summary>A zone; sizes in bytes.</summary>
/// <param name="Node">NUMA node.</param>
/// <param name="Name">DMA, DMA32, Normal, …</param>
/// <param name="Managed">Memory that it manages.</param>
/// <param name="Free">What of it is free; null when not known.</param>
/// <param name="Minimum">Below this ordinary allocations fail; null when not known.</param>
public sealed record ZoneUsage(int Node, string Name, ulong Managed, ulong? Free, ulong? Minimum);
