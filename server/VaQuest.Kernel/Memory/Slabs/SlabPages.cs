// SlabPages: from an address to the slab that holds it.
using VaQuest.Binary;
using VaQuest.Kernel.Memory.Pages;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>Recognises slab pages and reads their descriptors. Safe for concurrent callers; never throws on data.</summary>
internal sealed class SlabPages
{
    /// <summary>The count of objects in a slab has 15 bits.</summary>
    private const ulong MaxObjects = 32767;

    private readonly LinuxKernel _kernel;
    private readonly SlabCacheReader _caches;
    private readonly Lazy<PageTypes> _types;
    private readonly Lazy<int?> _slabBit;
    private readonly Lazy<PageFields> _fields;
    private readonly string _tag;

    public SlabPages(LinuxKernel kernel, SlabCacheReader caches)
    {
        _kernel = kernel;
        _caches = caches;
        Compounds = new CompoundPages(kernel.Reader, kernel.Types, kernel.Dump.Vmcoreinfo.FindNumber);
        _types = new Lazy<PageTypes>(() => PageTypes.Read(kernel.Types, kernel.Dump.Vmcoreinfo));
        _slabBit = new Lazy<int?>(FindSlabBit);
        _fields = new Lazy<PageFields>(FindFields);
        _tag = kernel.Types.HasMember("slab", "slab_cache") ? "slab" : "page";
    }

    public CompoundPages Compounds { get; }

    private KernelObjects Objects => _kernel.Objects;

    /// <summary>The slab whose memory holds an address of the direct map; null with the reason when none does.</summary>
    public Slab? Find(VirtAddr address, out string? reason)
    {
        if (_kernel.PageMap.FromDirectMap(address) is not { } physical)
        {
            reason = "not an address of the direct map";
            return null;
        }

        return _kernel.PageMap.FindPage(_kernel.PageMap.PfnOf(physical), out reason) is { } page ? FindByPage(page, out reason) : null;
    }

    /// <summary>The slab that a struct page belongs to; null with the reason when it belongs to none.</summary>
    public Slab? FindByPage(VirtAddr page, out string? reason)
    {
        if (Compounds.FindHead(page) is not { } head || Objects.FindUInt(head, "page", "flags.f", "flags") is not { } flags)
        {
            reason = FormattableString.Invariant($"the page structure at {page} is not in the dump");
            return null;
        }

        if (IsSlab(head, flags) is not { } isSlab)
        {
            reason = "how this kernel marks slab pages is not known";
            return null;
        }

        reason = isSlab ? null : "not a slab page";
        return isSlab ? Read(head, flags, out reason) : null;
    }

    /// <summary>True for the first page of a slab; null when this kernel's mark of slabs is not known.</summary>
    public bool? IsSlab(VirtAddr head, ulong flags)
    {
        if (_slabBit.Value is { } bit)
        {
            return ((flags >> bit) & 1) != 0;
        }

        return _types.Value.KnowsSlabs && Objects.FindUInt(head, "page", "page_type", "_mapcount") is { } type
            ? _types.Value.Find((uint)(type & uint.MaxValue)) == "slab" : null;
    }

    /// <summary>The cache that the bytes of a struct page name when they are the first page's of a slab; 0 when they are not.</summary>
    public ulong CacheOf(ReadOnlySpan<byte> page)
    {
        PageFields fields = _fields.Value;
        if (fields.CompoundHead is not { } head || fields.Cache is not { } cache || (Word(page, head) & 1) != 0)
        {
            return 0;
        }

        bool isSlab = _slabBit.Value is { } bit
            ? fields.Flags is { } flags && ((Word(page, flags) >> bit) & 1) != 0
            : fields.Type is { } type && _types.Value.Find((uint)_kernel.Reader.DecodeUInt(page.Slice((int)type, 4))) == "slab";
        return isSlab ? Word(page, cache) : 0;
    }

    private ulong Word(ReadOnlySpan<byte> page, ulong offset) => _kernel.Reader.DecodeUInt(page.Slice((int)offset, _kernel.Reader.WordSize));

    private PageFields FindFields()
    {
        ulong end = _kernel.PageMap.PageStructBytes;
        ulong? Inside(string tag, params ReadOnlySpan<string> members) =>
            _kernel.Types.FindOffset(tag, members) is { } offset && offset + (ulong)_kernel.Reader.WordSize <= end ? offset : null;
        return new PageFields(
            Inside("page", "flags.f", "flags"), Inside("page", "compound_head", "compound_info"), Inside("page", "page_type", "_mapcount"),
            Inside(_tag, "slab_cache"));
    }

    private Slab? Read(VirtAddr head, ulong flags, out string? reason)
    {
        if (Objects.FindPointer(head, _tag, "slab_cache") is not { } address)
        {
            reason = FormattableString.Invariant($"the slab at {head} names no cache");
            return null;
        }

        if (_caches.Read(address, out reason) is not { } cache)
        {
            return null;
        }

        if (_kernel.PageMap.FindPfn(head, out _) is not { } pfn || _kernel.PageMap.ToDirectMap(_kernel.PageMap.PhysicalOf(pfn)) is not { } start)
        {
            reason = FormattableString.Invariant($"the slab at {head} is outside of the direct map");
            return null;
        }

        bool isOld = Objects.Types.FindMember("kmem_cache", "cpu_slab", "cpu_sheaves") is null && Objects.Types.HasMember("kmem_cache", "cpu_cache");
        ulong count = Objects.FindUInt(head, _tag, "objects") ?? 0;
        ulong needed = count * cache.Size;
        ulong bytes = Compounds.FindOrder(head, flags) is { } order ? _kernel.PageMap.PageSize << order
            : (needed + _kernel.PageMap.PageSize - 1) & ~(_kernel.PageMap.PageSize - 1);
        count = isOld ? Objects.FindUInt(address, "kmem_cache", "num") ?? 0 : count;
        bool isSane = count is > 0 and <= MaxObjects && count * cache.Size <= bytes;
        return new Slab
        {
            Descriptor = head,
            Start = isOld ? Objects.FindPointer(head, _tag, "s_mem") ?? start : start,
            Bytes = bytes,
            Cache = cache,
            ObjectCount = isSane ? (int)count : 0,
            InUse = isOld ? null : (int?)Objects.FindUInt(head, _tag, "inuse"),
            IsFrozen = Objects.FindUInt(head, _tag, "frozen") == 1,
            FreeList = isOld ? null : Objects.FindPointer(head, _tag, "freelist"),
            IsOldAllocator = isOld,
        };
    }

    // Of the enum pageflags, and since 6.10 of page_type instead.
    private int? FindSlabBit() => _kernel.Types.Catalog?.FindEnum("pageflags") is { } flags
        ? flags.FindValue("PG_slab") is { } bit and >= 0 and < 64 ? (int)bit : null
        : _kernel.Dump.Vmcoreinfo.FindNumber("PG_slab") is { } number and >= 0 and < 64 ? (int)number : null;

    /// <summary>Offsets of members inside the bytes of a struct page; null for those that this kernel has not.</summary>
    private sealed record PageFields(ulong? Flags, ulong? CompoundHead, ulong? Type, ulong? Cache);
}
