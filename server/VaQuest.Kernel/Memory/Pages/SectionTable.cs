// SectionTable: the sections that physical memory is divided into, and which of them are there.
using VaQuest.Binary;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Pages;

/// <summary>
/// struct mem_section (include/linux/mmzone.h), CONFIG_SPARSEMEM. With SPARSEMEM_EXTREME the table has two levels; since 4.15 its first level is
/// allocated and mem_section points to it. Safe for concurrent callers.
/// </summary>
public sealed class SectionTable
{
    private const ulong Present = 1;

    private const ulong HasMap = 2;

    private const ulong Online = 4;

    private const ulong Early = 8;

    /// <summary>The bits of section_mem_map that are flags: SECTION_MAP_MASK. Three in 4.14, six today; struct page is larger than that.</summary>
    private const ulong FlagBits = 0x3f;

    /// <summary>Sections of all that 52 bits of physical address can name, at 128 MiB each.</summary>
    private const ulong MaxSections = 1UL << 25;

    /// <summary>SECTION_SIZE_BITS of x86_64, where VMCOREINFO does not say.</summary>
    private const int DefaultSectionBits = 27;

    private readonly KernelReader _reader;
    private readonly ulong _roots;
    private readonly bool _isTwoLevel;
    private readonly ulong _perRoot;
    private readonly ulong _entryBytes;
    private readonly ulong _mapOffset;
    private readonly int _pageShift;

    private SectionTable(KernelReader reader, ulong roots, bool isTwoLevel, ulong entryBytes, ulong mapOffset, int sectionBits, int pageSize)
    {
        _reader = reader;
        _roots = roots;
        _isTwoLevel = isTwoLevel;
        _entryBytes = entryBytes;
        _perRoot = isTwoLevel ? Math.Max(1, (ulong)pageSize / entryBytes) : 1;
        _mapOffset = mapOffset;
        _pageShift = System.Numerics.BitOperations.Log2((uint)pageSize);
        SectionBits = sectionBits;
    }

    /// <summary>A section covers 2 to this power of bytes.</summary>
    public int SectionBits { get; }

    public ulong PagesPerSection => 1UL << (SectionBits - _pageShift);

    /// <summary>Opens the table, or null when this kernel has none (FLATMEM) or its layout is not known.</summary>
    internal static SectionTable? Open(LinuxKernel kernel)
    {
        VmcoreinfoTable info = kernel.Dump.Vmcoreinfo;
        KernelTypes types = kernel.Types;
        if (kernel.Symbols.FindAddress("mem_section") is not { } symbol
            || types.FindOffset("mem_section", "section_mem_map") is not { } map || types.FindSize("mem_section") is not { } bytes || bytes <= 0)
        {
            return null;
        }

        int sectionBits = info.FindNumber("SECTION_SIZE_BITS") is { } bits and >= 20 and <= 40 ? (int)bits : DefaultSectionBits;
        SectionTable Make(ulong at, bool isTwoLevel) =>
            new(kernel.Reader, at, isTwoLevel, (ulong)bytes, map, sectionBits, kernel.Dump.PageSize);

        // VMCOREINFO's symbol is the first level's address; the variable of that name is a pointer to it, the table itself, or one flat array.
        var candidates = new List<SectionTable> { Make(symbol.Value, true) };
        if (kernel.Reader.FindPointer(symbol) is { } target)
        {
            candidates.Add(Make(target.Value, true));
        }

        candidates.Add(Make(symbol.Value, false));
        return candidates.Find(table => table.IsPlausible());
    }

    /// <summary>The section of a page.</summary>
    public ulong SectionOf(Pfn pfn) => pfn.Value >> (SectionBits - _pageShift);

    /// <summary>The state of a section; null when the table cannot be read there.</summary>
    public SectionState? Find(ulong section)
    {
        if (section >= MaxSections)
        {
            return SectionState.Absent;
        }

        VirtAddr entry;
        if (_isTwoLevel)
        {
            if (!_reader.TryReadPointer(new VirtAddr(_roots) + (section / _perRoot * (ulong)_reader.WordSize), out VirtAddr root))
            {
                return null;
            }

            if (root.Value == 0)
            {
                return SectionState.Absent;
            }

            entry = root + (section % _perRoot * _entryBytes);
        }
        else
        {
            entry = new VirtAddr(_roots) + (section * _entryBytes);
        }

        return _reader.TryReadWord(entry + _mapOffset, out ulong word)
            ? new SectionState((word & Present) != 0, (word & HasMap) != 0, (word & Online) != 0, (word & Early) != 0, word & ~FlagBits)
            : null;
    }

    /// <summary>True when some section is present and not online.</summary>
    /// <param name="maxPfn">One above the highest page frame.</param>
    public bool HasOfflineSection(ulong maxPfn)
    {
        ulong count = Math.Min((maxPfn / PagesPerSection) + 1, MaxSections);
        for (ulong section = 0; section < count; section++)
        {
            if (Find(section) is { IsPresent: true, IsOnline: false })
            {
                return true;
            }
        }

        return false;
    }

    // Some early section is there on every machine, and has a memory map.
    private bool IsPlausible()
    {
        const ulong Tried = 64;
        for (ulong section = 0; section < Tried; section++)
        {
            if (Find(section) is not { } state)
            {
                return false;
            }

            if (state is { IsPresent: true, HasMap: true })
            {
                return state.EncodedMap != 0;
            }
        }

        return false;
    }
}
