// SlabCache: a slab cache and the layout of its objects.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>A cache (struct kmem_cache, include/linux/slub_def.h; mm/slab.h since 6.8). Sizes and offsets are in bytes.</summary>
public sealed record SlabCache
{
    /// <summary>Address of its kmem_cache.</summary>
    public required VirtAddr Address { get; init; }

    /// <summary>Name as in /proc/slabinfo; control bytes are escaped. Caches of equal layout are merged, so it may be that of another user.</summary>
    public required string Name { get; init; }

    /// <summary>From one object's slot to the next.</summary>
    public required ulong Size { get; init; }

    /// <summary>What its users asked for.</summary>
    public required ulong ObjectSize { get; init; }

    /// <summary>Of the free pointer inside a free object.</summary>
    public ulong FreePointerOffset { get; init; }

    /// <summary>Where the object with its right red zone ends, and what debugging adds begins.</summary>
    public ulong InUse { get; init; }

    /// <summary>From a slot's start to its object: the left red zone.</summary>
    public ulong LeftRedZone { get; init; }

    public uint Flags { get; init; }

    /// <summary>Names of <see cref="Flags"/> that say how objects are kept and checked.</summary>
    public IReadOnlyList<string> FlagNames { get; init; } = [];

    /// <summary>The value that free pointers are mixed with (CONFIG_SLAB_FREELIST_HARDENED); null when they are plain.</summary>
    public ulong? Random { get; init; }

    public ulong Alignment { get; init; }

    public VirtAddr? Constructor { get; init; }

    /// <summary>How many caches were merged into this one.</summary>
    public int? ReferenceCount { get; init; }

    /// <summary>Order of its slabs' pages when memory is plenty; null when it is not known.</summary>
    public int? Order { get; init; }

    /// <summary>Objects of such a slab.</summary>
    public int? ObjectsPerSlab { get; init; }

    public bool HasRedZone => (Flags & SlabFlags.RedZone) != 0;

    public bool HasPoison => (Flags & SlabFlags.Poison) != 0;

    public bool HasTracks => (Flags & SlabFlags.StoreUser) != 0;

    /// <summary>Objects are used by RCU readers after they were freed.</summary>
    public bool IsTypeSafeByRcu => (Flags & SlabFlags.TypeSafeByRcu) != 0;
}
