// SlabCacheReader: reads kmem_cache structures.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>Reads and remembers caches. Safe for concurrent callers; never throws on data.</summary>
internal sealed class SlabCacheReader(KernelObjects objects)
{
    /// <summary>KMALLOC_MAX_SIZE of the largest configurations; objects beyond come from the page allocator.</summary>
    private const ulong MaxObjectBytes = 1 << 25;

    private const int MaxName = 128;

    /// <summary>Slots for caches that were read, a power of two: kernels have 100 to 300.</summary>
    private const int Slots = 1024;

    /// <summary>OO_SHIFT: a kmem_cache_order_objects is an order above, a count below (mm/slub.c).</summary>
    private const int OrderShift = 16;

    private readonly SlabCache?[] _known = new SlabCache?[Slots];

    /// <summary>The cache at an address; null with the reason when what is there cannot be one.</summary>
    public SlabCache? Read(VirtAddr address, out string? reason)
    {
        ref SlabCache? slot = ref _known[(int)(((address.Value >> 6) ^ (address.Value >> 16)) & (Slots - 1))];
        SlabCache? known = Volatile.Read(ref slot);
        reason = null;
        if (known is null || known.Address != address)
        {
            known = ReadNew(address, out reason);
            Volatile.Write(ref slot, known);
        }

        return known;
    }

    private SlabCache? ReadNew(VirtAddr address, out string? reason)
    {
        ulong? size = objects.FindUInt(address, "kmem_cache", "size");
        ulong? objectSize = objects.FindUInt(address, "kmem_cache", "object_size");
        if (size is null || objectSize is null)
        {
            reason = objects.Types.FindMember("kmem_cache", "size") is null
                ? "the kernel's types have no struct kmem_cache" : FormattableString.Invariant($"the kmem_cache at {address} is not in the dump");
            return null;
        }

        ulong leftRedZone = objects.FindUInt(address, "kmem_cache", "red_left_pad") ?? 0;
        ulong offset = objects.FindUInt(address, "kmem_cache", "offset") ?? 0;
        if (size is 0 or > MaxObjectBytes || objectSize > size || leftRedZone >= size || offset >= size)
        {
            reason = FormattableString.Invariant($"what should be the kmem_cache at {address} is none: size {size}, object size {objectSize}");
            return null;
        }

        reason = null;
        uint flags = SlabFlags.Normalise((uint)((objects.FindUInt(address, "kmem_cache", "flags") ?? 0) & uint.MaxValue), objects.Types);
        ulong? order = objects.FindUInt(address, "kmem_cache", "oo.x", "oo");
        return new SlabCache
        {
            Address = address,
            Name = objects.FindTextBehind(address, MaxName, "kmem_cache", "name") is { Length: > 0 } name ? CommText.Escape(name) : "(name missing)",
            Size = size.Value,
            ObjectSize = objectSize.Value,
            FreePointerOffset = offset,
            InUse = objects.FindUInt(address, "kmem_cache", "inuse") ?? objectSize.Value,
            LeftRedZone = leftRedZone,
            Flags = flags,
            FlagNames = SlabFlags.NamesOf(flags),
            Random = objects.FindUInt(address, "kmem_cache", "random"),
            Alignment = objects.FindUInt(address, "kmem_cache", "align") ?? 0,
            Constructor = objects.FindPointer(address, "kmem_cache", "ctor"),
            ReferenceCount = (int?)objects.FindInt(address, "kmem_cache", "refcount"),
            Order = order is { } word ? (int)((word >> OrderShift) & 0xff) : null,
            ObjectsPerSlab = order is { } packed ? (int)(packed & ((1 << OrderShift) - 1)) : null,
        };
    }
}
