// SlabAllocator: the slab caches of the crashed kernel, and what is known of any object in them.
using VaQuest.Binary;
using VaQuest.Kernel.Memory.Pages;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>
/// Names the slab object at an address, and lists caches, slabs and objects. SLUB of 4.14 to current; members are probed. Everything is read when
/// it is asked for, and kept in bounded caches. Safe for concurrent callers; never throws on data.
/// </summary>
public sealed class SlabAllocator
{
    /// <summary>Caches of one kernel: some 200, and with cgroups of before 5.9 as many for each cgroup.</summary>
    private const int MaxCaches = 20_000;

    /// <summary>Slots for slabs whose free lists were walked, a power of two.</summary>
    private const int FreeMapSlots = 4096;

    /// <summary>Slots for caches whose CPUs' lists were read, a power of two.</summary>
    private const int CpuListSlots = 512;

    private readonly LinuxKernel _kernel;
    private readonly SlabCacheReader _reader;
    private readonly SlabPages _pages;
    private readonly SlabFreeMap?[] _freeMaps = new SlabFreeMap?[FreeMapSlots];
    private readonly CpuFreeLists?[] _cpuLists = new CpuFreeLists?[CpuListSlots];
    private readonly Lazy<IReadOnlyList<SlabCache>> _caches;
    private readonly Lock _indexLock = new();
    private SlabIndex? _index;
    private string? _cachesDamage;

    private SlabAllocator(LinuxKernel kernel)
    {
        _kernel = kernel;
        _reader = new SlabCacheReader(kernel.Objects);
        _pages = new SlabPages(kernel, _reader);
        _caches = new Lazy<IReadOnlyList<SlabCache>>(() => ReadCaches());
    }

    /// <summary>All caches, in the kernel's order; empty when they cannot be read.</summary>
    public IReadOnlyList<SlabCache> Caches => _caches.Value;

    /// <summary>Why <see cref="Caches"/> is not whole; null when it is.</summary>
    public string? CachesDamage => _caches.Value is null ? null : _cachesDamage;

    /// <summary>Heads, tails and sizes of compound pages.</summary>
    internal CompoundPages Compounds => _pages.Compounds;

    /// <summary>True for the first page of a slab; null when this kernel's mark of slabs is not known.</summary>
    internal bool? IsSlabPage(VirtAddr head, ulong flags) => _pages.IsSlab(head, flags);

    internal static SlabAllocator Open(LinuxKernel kernel) => new(kernel);

    /// <summary>The first page of the compound page that a struct page belongs to; itself when it is none; null when it cannot be read.</summary>
    public VirtAddr? FindHead(VirtAddr page) => Compounds.FindHead(page);

    /// <summary>The cache with that name (the first of them), or null.</summary>
    public SlabCache? FindCache(string name) => Caches.FirstOrDefault(cache => cache.Name == name);

    /// <summary>The cache whose kmem_cache is at an address; null with the reason when there cannot be one.</summary>
    public SlabCache? ReadCache(VirtAddr address, out string? reason) => _reader.Read(address, out reason);

    /// <summary>The slab that holds an address of the direct map; null with the reason when none does ("not a slab page").</summary>
    public Slab? FindSlab(VirtAddr address, out string? reason) => _pages.Find(address, out reason);

    /// <summary>The slab whose struct page or struct slab is at an address; null with the reason when it is no slab's.</summary>
    public Slab? ReadSlab(VirtAddr descriptor, out string? reason) => _pages.FindByPage(descriptor, out reason);

    /// <summary>
    /// The object that holds an address, with its state and how that is known; null with the reason when the address is in no slab or behind its
    /// last object.
    /// </summary>
    public SlabObject? FindObject(VirtAddr address, out string? reason)
    {
        if (_kernel.Histories.Fence?.Find(address) is { } guarded)
        {
            reason = FormattableString.Invariant($"{guarded.Start} of {guarded.Cache} is guarded by KFENCE, outside of the cache's slabs");
            return null;
        }

        if (FindSlab(address, out reason) is not { } slab)
        {
            return null;
        }

        ulong distance = unchecked(address.Value - slab.Start.Value);
        ulong index = distance / slab.Cache.Size;
        if (index >= (ulong)slab.ObjectCount)
        {
            reason = slab.ObjectCount == 0
                ? FormattableString.Invariant($"a page of slab cache {slab.Cache.Name}, whose descriptor at {slab.Descriptor} is damaged")
                : FormattableString.Invariant($"a page of slab cache {slab.Cache.Name}, behind the last object of its slab at {slab.Start}");
            return null;
        }

        return Describe(slab, (int)index, address);
    }

    /// <summary>
    /// All slabs of a cache, by physical address. The first call looks at every page structure, which takes a second or two for each 100 GiB of
    /// memory; <paramref name="damage"/> says what it could not see. Throws <see cref="OperationCanceledException"/>.
    /// </summary>
    public IReadOnlyList<Slab> FindSlabs(SlabCache cache, CancellationToken cancellation, out string? damage)
    {
        SlabIndex index = IndexOfSlabs(cancellation);
        var slabs = new List<Slab>();
        damage = index.MissingPages > 0 ? FormattableString.Invariant($"{index.MissingPages} page structures are not in the dump")
            : index.IsCut ? "there are more slabs than are listed" : null;
        foreach (VirtAddr descriptor in index.SlabsOf(cache.Address))
        {
            cancellation.ThrowIfCancellationRequested();
            if (ReadSlab(descriptor, out _) is { } slab)
            {
                slabs.Add(slab);
            }
        }

        return slabs;
    }

    /// <summary>The objects of a slab, in order; none when its descriptor is damaged.</summary>
    public IEnumerable<SlabObject> EnumerateObjects(Slab slab)
    {
        for (int i = 0; i < slab.ObjectCount; i++)
        {
            yield return ObjectAt(slab, i);
        }
    }

    /// <summary>How many slabs and objects a cache has; does not look at every page.</summary>
    public SlabUsage ReadUsage(SlabCache cache) => new SlabUsageReader(_kernel, this).Read(cache);

    /// <summary>An object by its slot.</summary>
    public SlabObject ObjectAt(Slab slab, int index) => Describe(slab, index, slab.ObjectAt(index));

    /// <summary>Which objects of a slab are free. Walks its lists once; an empty map when its objects are not known.</summary>
    public SlabFreeMap FreeMapOf(Slab slab)
    {
        ref SlabFreeMap? slot = ref _freeMaps[(int)(((slab.Descriptor.Value >> 6) ^ (slab.Descriptor.Value >> 18)) & (FreeMapSlots - 1))];
        SlabFreeMap? known = Volatile.Read(ref slot);
        if (known is null || known.Slab != slab.Descriptor)
        {
            known = SlabFreeMapReader.Read(_kernel.Reader, slab, CpuListsOf(slab.Cache));
            Volatile.Write(ref slot, known);
        }

        return known;
    }

    internal CpuFreeLists CpuListsOf(SlabCache cache)
    {
        ref CpuFreeLists? slot = ref _cpuLists[(int)(((cache.Address.Value >> 6) ^ (cache.Address.Value >> 15)) & (CpuListSlots - 1))];
        CpuFreeLists? known = Volatile.Read(ref slot);
        if (known is null || known.Cache.Address != cache.Address)
        {
            known = CpuFreeLists.Read(_kernel, cache);
            Volatile.Write(ref slot, known);
        }

        return known;
    }

    private SlabIndex IndexOfSlabs(CancellationToken cancellation)
    {
        lock (_indexLock)
        {
            return _index ??= SlabIndex.Read(_kernel, _pages, cancellation);
        }
    }

    private SlabObject Describe(Slab slab, int index, VirtAddr address)
    {
        SlabCache cache = slab.Cache;
        VirtAddr start = slab.ObjectAt(index);
        long offset = unchecked((long)(address.Value - start.Value));
        SlabFreeMap map = FreeMapOf(slab);
        SlabObjectState state = slab.IsOldAllocator ? SlabObjectState.Unknown : map.StateOf(index);

        // KASAN keeps freed objects in a quarantine, on no free list.
        bool isQuarantined = state == SlabObjectState.Allocated && _kernel.Histories.Shadow?.IsFree(start) == true;
        state = isQuarantined ? SlabObjectState.Free : state;
        return new SlabObject
        {
            Cache = cache,
            Slab = slab,
            Index = index,
            Start = start,
            Offset = offset,
            Part = offset < 0 ? SlabObjectPart.LeftRedZone : (ulong)offset < cache.ObjectSize ? SlabObjectPart.Object : SlabObjectPart.Behind,
            State = state,
            Proof = slab.IsOldAllocator ? "free objects of the SLAB allocator are not told apart"
                : isQuarantined ? "freed, in KASAN's quarantine, as its shadow says"
                : map.ProofOf(index) ?? (state == SlabObjectState.Allocated ? "on no free list" : map.Damage[0]),
            Damage = map.Damage,
        };
    }

    private List<SlabCache> ReadCaches()
    {
        var caches = new List<SlabCache>();
        if (_kernel.Symbols.FindAddress("slab_caches") is not { } head || _kernel.Types.FindOffset("kmem_cache", "list") is not { } link)
        {
            _cachesDamage = _kernel.Types.Catalog is null
                ? "the kernel's types are not known, so its slab caches cannot be read" : "the kernel has no list of slab caches";
            return caches;
        }

        foreach (VirtAddr address in _kernel.Objects.ReadList(head, link, MaxCaches, out string? damage))
        {
            if (_reader.Read(address, out string? reason) is { } cache)
            {
                caches.Add(cache);
            }
            else
            {
                damage ??= reason;
            }

            _cachesDamage = damage;
        }

        return caches;
    }
}
