// KfencePool: the objects that KFENCE guards, from its own table.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Checkers;

/// <summary>
/// mm/kfence/core.c (5.12 and later): pairs of pages, the first of each for one object, the second its guard; struct kfence_metadata tells of each
/// pair. The table was an array, and is behind a pointer since 6.6. Never throws on data.
/// </summary>
public sealed class KfencePool
{
    /// <summary>CONFIG_KFENCE_NUM_OBJECTS is at most 65535.</summary>
    private const ulong MaxObjects = 65535;

    /// <summary>KFENCE_STACK_DEPTH.</summary>
    private const int MaxFrames = 64;

    private const ulong PageBytes = 4096;

    private readonly LinuxKernel _kernel;
    private readonly VirtAddr _pool;
    private readonly VirtAddr _table;
    private readonly ulong _stride;

    private KfencePool(LinuxKernel kernel, VirtAddr pool, VirtAddr table, ulong stride)
    {
        _kernel = kernel;
        _pool = pool;
        _table = table;
        _stride = stride;
    }

    /// <summary>The pool; null when the kernel has none, or did not turn it on.</summary>
    public static KfencePool? Open(LinuxKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        VirtAddr? table = kernel.Symbols.FindAddress("kfence_metadata");
        bool isPointer = kernel.Symbols.FindAddress("kfence_metadata_init") is not null;
        table = table is { } at && isPointer ? kernel.Reader.FindPointer(at) : table;
        return kernel.Symbols.FindAddress("__kfence_pool") is { } variable && kernel.Reader.FindPointer(variable) is { Value: not 0 } pool
            && table is { Value: not 0 } first && kernel.Types.FindSize("kfence_metadata") is { } stride and > 0 and < ushort.MaxValue
                ? new KfencePool(kernel, pool, first, (ulong)stride) : null;
    }

    /// <summary>
    /// The object that an address belongs to: in its page, or in a guard page right beside it, where the nearer object counts. Null for addresses of
    /// no object.
    /// </summary>
    public ObjectHistory? Find(VirtAddr address)
    {
        ulong page = unchecked(address.Value - _pool.Value) / PageBytes;
        if (address < _pool || page < 1 || page > (MaxObjects * 2) + 1)
        {
            return null;
        }

        // Pages 0 and 1 are guards; the object of pair n is in page 2n + 2, its guard in 2n + 3.
        ObjectHistory? before = page >= 2 ? At((page / 2) - 1) : null;
        ObjectHistory? behind = page % 2 == 0 ? null : At(((page + 1) / 2) - 1);
        if (before is null || behind is null)
        {
            return before ?? behind;
        }

        return address.Value - (before.Start.Value + before.Size) <= behind.Start.Value - address.Value ? before : behind;
    }

    /// <summary>The object with a number, as the log names it (kfence-#12); null when there is none or it was never used.</summary>
    public ObjectHistory? At(ulong index)
    {
        if (index >= MaxObjects)
        {
            return null;
        }

        VirtAddr at = _table + (index * _stride);
        KernelObjects objects = _kernel.Objects;
        ulong page = _pool.Value + ((index + 1) * 2 * PageBytes);
        if (objects.FindUInt(at, "kfence_metadata", "addr") is not { } start || objects.FindUInt(at, "kfence_metadata", "size") is not { } size
            || start < page || start >= page + PageBytes || size > PageBytes)
        {
            return null;
        }

        string cache = objects.FindPointer(at, "kfence_metadata", "cache") is { } pointer && _kernel.Slabs.ReadCache(pointer, out _) is { } known ? known.Name : "a cache that is gone";
        return new ObjectHistory(new VirtAddr(start), size, cache, IsFree(at), "KFENCE's metadata")
        {
            Owners = [.. new[] { ReadTrack(at, "alloc_track", isFree: false), ReadTrack(at, "free_track", isFree: true) }.OfType<OwnerTrack>()],
        };
    }

    private bool? IsFree(VirtAddr at)
    {
        if (_kernel.Objects.FindUInt(at, "kfence_metadata", "state") is not { } state || _kernel.Types.Catalog?.FindEnumerator("KFENCE_OBJECT_ALLOCATED") is not { } allocated)
        {
            return null;
        }

        return state != (ulong)allocated;
    }

    // A record of before the object's present life is that of the one before; KFENCE empties it when it allocates.
    private OwnerTrack? ReadTrack(VirtAddr at, string member, bool isFree)
    {
        KernelObjects objects = _kernel.Objects;
        if (objects.FindInt(at, "kfence_metadata", member + ".num_stack_entries") is not ({ } count and > 0 and <= MaxFrames)
            || objects.FindAddress(at, "kfence_metadata", member + ".stack_entries") is not { } entries)
        {
            return null;
        }

        var frames = new List<VirtAddr>();
        for (int i = 0; i < count && _kernel.Reader.FindPointer(entries + (ulong)(i * _kernel.Reader.WordSize)) is { } frame; i++)
        {
            frames.Add(frame);
        }

        return new OwnerTrack(isFree, (int)(objects.FindInt(at, "kfence_metadata", member + ".pid") ?? -1), frames);
    }
}
