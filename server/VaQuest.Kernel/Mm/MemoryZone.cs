// MemoryZone: a zone of a node: a stretch of physical memory with its own free lists and limits.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Mm;

/// <summary>A zone (struct zone). Numbers of pages; null where they could not be read.</summary>
public sealed record MemoryZone
{
    public required ObjectView Object { get; init; }

    /// <summary>DMA, DMA32, Normal, Movable, Device.</summary>
    public required string? Name { get; init; }

    public required int Node { get; init; }

    public required VmCounters Counters { get; init; }

    /// <summary>Pages that the page allocator has.</summary>
    public ulong? Managed { get; init; }

    public ulong? Present { get; init; }

    public ulong? Spanned { get; init; }

    /// <summary>First page frame number.</summary>
    public ulong? StartPfn { get; init; }

    /// <summary>Watermarks min, low, high as the page allocator compares them: with the boost.</summary>
    public ulong? Min { get; init; }

    public ulong? Low { get; init; }

    public ulong? High { get; init; }

    /// <summary>What a fragmented zone's watermarks are raised by at the moment.</summary>
    public ulong? Boost { get; init; }

    /// <summary>Free pages that wait in the CPUs' own lists and are not in the free areas.</summary>
    public ulong? PagesOfCpus { get; init; }
}
