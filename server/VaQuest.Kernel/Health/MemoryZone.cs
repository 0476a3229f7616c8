// MemoryZone: the free pages of one zone of a memory node.
namespace VaQuest.Kernel.Health;

/// <summary>A zone (struct zone, include/linux/mmzone.h) as far as it tells how scarce memory was. Counts are pages.</summary>
/// <param name="Node">Number of the node.</param>
/// <param name="Name">DMA32, Normal, …</param>
/// <param name="Managed">Pages that the zone's allocator has.</param>
/// <param name="Free">Pages that were free, without what the CPUs had not counted yet.</param>
/// <param name="Minimum">Below this many free pages only the kernel's own reclaim gets any.</param>
public sealed record MemoryZone(int Node, string Name, ulong Managed, ulong Free, ulong Minimum);
