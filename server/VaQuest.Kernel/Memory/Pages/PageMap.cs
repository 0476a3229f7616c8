// PageMap: from page frames to their struct page and back, and where the direct map has them.
using VaQuest.Binary;
using VaQuest.Kernel.Memory.Layout;

namespace VaQuest.Kernel.Memory.Pages;

/// <summary>
/// The three memory models (Documentation/mm/memory-model.rst): one array at vmemmap, an array for each section, or one array at mem_map.
/// Safe for concurrent callers; never throws on data.
/// </summary>
public sealed class PageMap
{
    private readonly LinuxKernel _kernel;
    private readonly Lazy<SectionTable?> _sections;
    private readonly Lazy<ulong?> _array;
    private readonly Lazy<ulong> _pageBytes;
    private readonly Lazy<ulong> _maxPfn;
    private readonly int _shift;

    internal PageMap(LinuxKernel kernel)
    {
        _kernel = kernel;
        _shift = System.Numerics.BitOperations.Log2((uint)Math.Max(4096, kernel.Dump.PageSize));
        _sections = new Lazy<SectionTable?>(() => SectionTable.Open(kernel));
        _array = new Lazy<ulong?>(FindArray);
        _pageBytes = new Lazy<ulong>(() => kernel.Types.FindSize("page") is { } size and > 0 ? (ulong)size : 0);
        _maxPfn = new Lazy<ulong>(ReadMaxPfn);
    }

    /// <summary>Base-2 logarithm of the page size.</summary>
    public int PageShift => _shift;

    public ulong PageSize => 1UL << _shift;

    /// <summary>Size of struct page in bytes; 0 when the types do not tell.</summary>
    public ulong PageStructBytes => _pageBytes.Value;

    /// <summary>Sections of physical memory; null in kernels without them.</summary>
    public SectionTable? Sections => _sections.Value;

    /// <summary>One above the highest page frame that the kernel knows; hot-added memory may lie above what it was at boot.</summary>
    public ulong MaxPfn => _maxPfn.Value;

    private AddressArea? DirectMap => _kernel.Layout.Find(AddressAreaKind.DirectMap);

    /// <summary>The page frame behind a physical address.</summary>
    public Pfn PfnOf(PhysAddr physical) => new(physical.Value >> _shift);

    public PhysAddr PhysicalOf(Pfn pfn) => new(pfn.Value << _shift);

    /// <summary>The direct map's address of physical memory, or null when the direct map is not known or does not reach there.</summary>
    public VirtAddr? ToDirectMap(PhysAddr physical) =>
        DirectMap is { } map && physical.Value <= map.Last - map.Start ? map.Start + physical.Value : null;

    /// <summary>The physical address behind one in the direct map; null for other addresses and where there is no memory.</summary>
    public PhysAddr? FromDirectMap(VirtAddr address) =>
        DirectMap is { } map && map.Contains(address) ? new PhysAddr(address - map.Start) : null;

    /// <summary>Address of the struct page of a page frame; null with the reason when there is none.</summary>
    public VirtAddr? FindPage(Pfn pfn, out string? reason)
    {
        if (_pageBytes.Value == 0)
        {
            reason = "the kernel's types are not known, so struct page cannot be read";
            return null;
        }

        if (Sections is { } sections)
        {
            if (sections.Find(sections.SectionOf(pfn)) is not { } state)
            {
                reason = "the table of memory sections is not in the dump there";
                return null;
            }

            if (!state.HasMap)
            {
                reason = state.IsPresent ? "its memory section has no page structures" : "no memory: its section is not present";
                return null;
            }

            reason = null;
            return new VirtAddr(unchecked((_array.Value ?? state.EncodedMap) + (pfn.Value * _pageBytes.Value)));
        }

        reason = _array.Value is null ? "where the page structures are is not known"
            : pfn.Value >= MaxPfn ? "no memory: above the highest page frame" : null;
        return reason is null ? new VirtAddr(unchecked(_array.Value!.Value + (pfn.Value * _pageBytes.Value))) : null;
    }

    /// <summary>The page frame that a struct page stands for, and the offset inside of the structure; null when the address is in no struct page.</summary>
    public Pfn? FindPfn(VirtAddr page, out ulong offset)
    {
        offset = 0;
        if (_pageBytes.Value == 0 || !(_array.Value is { } array
            ? TryDivide(page, array, out ulong pfn, out offset) : TryFindInSections(page, out pfn, out offset)))
        {
            return null;
        }

        return FindPage(new Pfn(pfn), out _) == page - offset ? new Pfn(pfn) : null;
    }

    private bool TryDivide(VirtAddr page, ulong array, out ulong pfn, out ulong offset)
    {
        ulong distance = unchecked(page.Value - array);
        pfn = distance / _pageBytes.Value;
        offset = distance % _pageBytes.Value;
        return page.Value >= array && pfn < 1UL << (52 - _shift);
    }

    // Without vmemmap each section has its own array; their number is bounded by the highest page frame.
    private bool TryFindInSections(VirtAddr page, out ulong pfn, out ulong offset)
    {
        const ulong MaxTried = 1 << 16;
        pfn = 0;
        offset = 0;
        if (Sections is not { } sections)
        {
            return false;
        }

        ulong count = Math.Min(MaxTried, (MaxPfn / sections.PagesPerSection) + 1);
        for (ulong section = 0; section < count; section++)
        {
            if (sections.Find(section) is { HasMap: true } state && TryDivide(page, state.EncodedMap, out pfn, out offset)
                && sections.SectionOf(new Pfn(pfn)) == section)
            {
                return true;
            }
        }

        return false;
    }

    private ulong? FindArray()
    {
        if (_kernel.Symbols.FindAddress("mem_map") is { } flat && Sections is null)
        {
            return _kernel.Reader.FindPointer(flat)?.Value;
        }

        // Sections with a vmemmap all have the same encoded map: that of the page frame 0.
        return _kernel.Layout.Find(AddressAreaKind.Vmemmap) is { } area && Sections is { } sections && FirstMap(sections) == area.Start.Value
            ? area.Start.Value : null;
    }

    private static ulong? FirstMap(SectionTable sections)
    {
        const ulong Tried = 64;
        for (ulong section = 0; section < Tried; section++)
        {
            if (sections.Find(section) is { HasMap: true } state)
            {
                return state.EncodedMap;
            }
        }

        return null;
    }

    private ulong ReadMaxPfn()
    {
        if (_kernel.Symbols.FindAddress("max_pfn") is { } at && _kernel.Reader.TryReadWord(at, out ulong value) && value is > 0 and < (1UL << 40))
        {
            return value;
        }

        return _kernel.Dump.Ranges.Count == 0
            ? 0 : _kernel.Dump.Ranges.Max(range => unchecked(range.Start.Value + range.Length)) >> _shift;
    }
}
