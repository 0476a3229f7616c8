// DwarfSections: the debug sections of one image, opened when first used.
using VaQuest.Binary;
using VaQuest.Binary.Elf;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>Named access to the sections; a missing one reads as empty. Safe for concurrent callers.</summary>
internal sealed class DwarfSections
{
    private readonly ElfImage _image;
    private readonly DwarfSection?[] _sections = new DwarfSection?[13];
    private readonly Lock _lock = new();

    public DwarfSections(ElfImage image)
    {
        _image = image;
        Layout = new SectionLayout(image);
    }

    public SectionLayout Layout { get; }

    public bool IsBigEndian => _image.Header.IsBigEndian;

    public DwarfSection Info => Get(0, ".debug_info");

    public DwarfSection Abbreviations => Get(1, ".debug_abbrev");

    public DwarfSection Lines => Get(2, ".debug_line");

    public DwarfSection Strings => Get(3, ".debug_str");

    public DwarfSection LineStrings => Get(4, ".debug_line_str");

    public DwarfSection StringOffsets => Get(5, ".debug_str_offsets");

    public DwarfSection Addresses => Get(6, ".debug_addr");

    public DwarfSection RangeLists => Get(7, ".debug_rnglists");

    public DwarfSection Ranges => Get(8, ".debug_ranges");

    public DwarfSection Aranges => Get(9, ".debug_aranges");

    public DwarfSection Types => Get(10, ".debug_types");

    public DwarfSection LocationLists => Get(11, ".debug_loclists");

    public DwarfSection Locations => Get(12, ".debug_loc");

    private DwarfSection Get(int slot, string name) => Volatile.Read(ref _sections[slot]) ?? Open(slot, name);

    private DwarfSection Open(int slot, string name)
    {
        lock (_lock)
        {
            return _sections[slot] ??= Open(name);
        }
    }

    /// <summary>Opens a section that is not kept here; empty when the file has none.</summary>
    internal DwarfSection Open(string name)
    {
        if (_image.FindSection(name) is not { HasBytes: true } section)
        {
            return new DwarfSection(name, default);
        }

        ByteRegion bytes = _image.GetData(section);
        if (!Layout.IsRelocatable || FindRelocations(section) is not { } relocations || bytes.Length > Array.MaxLength)
        {
            return new DwarfSection(name, bytes);
        }

        var table = new RelocationTable(
            _image.GetData(relocations), _image.Header, relocations.Type == ElfSectionType.RelocationsWithAddend, Layout.SymbolAddress);
        return new DwarfSection(name, bytes, new RelocatedBytes(bytes, table));
    }

    private ElfSection? FindRelocations(ElfSection target)
    {
        foreach (ElfSection section in _image.Sections)
        {
            if (section.Type is ElfSectionType.RelocationsWithAddend or ElfSectionType.Relocations
                && section.Info == (uint)target.Index && section.Size != 0)
            {
                return section;
            }
        }

        return null;
    }
}
