// Slab: pages that a cache has divided into objects.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>One slab (struct slab, mm/slab.h, since 5.17; before that a part of struct page).</summary>
public sealed record Slab
{
    /// <summary>Address of its struct slab, which is the struct page of its first page.</summary>
    public required VirtAddr Descriptor { get; init; }

    /// <summary>Address of its first byte in the direct map.</summary>
    public required VirtAddr Start { get; init; }

    public required ulong Bytes { get; init; }

    public required SlabCache Cache { get; init; }

    /// <summary>Objects that fit; 0 when the descriptor's count cannot be right.</summary>
    public required int ObjectCount { get; init; }

    /// <summary>Objects in use, as the slab counts them: all of them while a CPU owns the slab.</summary>
    public int? InUse { get; init; }

    /// <summary>True while a CPU owns it.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>The first free object of its own free list; null when there is none.</summary>
    public VirtAddr? FreeList { get; init; }

    /// <summary>True for CONFIG_SLAB (to 6.7), whose free objects are not told apart here.</summary>
    public bool IsOldAllocator { get; init; }

    /// <summary>The object of a slot.</summary>
    public VirtAddr ObjectAt(int index) => Start + ((ulong)index * Cache.Size) + Cache.LeftRedZone;

    /// <summary>The slot that starts an object exactly there, or -1.</summary>
    public int IndexOf(VirtAddr start)
    {
        ulong distance = unchecked(start.Value - Start.Value - Cache.LeftRedZone);
        return distance % Cache.Size == 0 && distance / Cache.Size < (ulong)ObjectCount ? (int)(distance / Cache.Size) : -1;
    }
}
