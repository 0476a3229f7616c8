// SectionLayout: gives the sections of a relocatable file addresses of their own.
using VaQuest.Binary.Elf;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// In a relocatable file every section starts at 0, so an address says nothing without its section. Here the loaded sections get made-up,
/// separate addresses, which relocation writes into the debug information; a lookup by (section, offset) adds the section's.
/// </summary>
internal sealed class SectionLayout
{
    // Not 0, so that no section's start looks like the end of a range list or a discarded function. Gaps keep neighbours apart.
    private const ulong FirstBase = 0x10000;
    private const ulong Gap = 0x1000;

    private readonly ulong[] _bases;
    private readonly ElfImage _image;

    public SectionLayout(ElfImage image)
    {
        _image = image;
        _bases = new ulong[image.Sections.Count];
        IsRelocatable = image.Header.Type == ElfType.Relocatable;
        ulong next = FirstBase;
        for (int i = 0; IsRelocatable && i < _bases.Length; i++)
        {
            ElfSection section = image.Sections[i];
            if (section.IsAllocated && section.Size < uint.MaxValue && next < uint.MaxValue)
            {
                _bases[i] = next;
                next = (next + section.Size + (2 * Gap)) & ~(Gap - 1);
            }
        }
    }

    public bool IsRelocatable { get; }

    /// <summary>Made-up address of a section; 0 for sections that are not loaded and in linked files.</summary>
    public ulong BaseOf(uint sectionIndex) => sectionIndex < (uint)_bases.Length ? _bases[sectionIndex] : 0;

    /// <summary>Made-up address of a section by name; null when there is no such loaded section.</summary>
    public ulong? FindBase(string section)
    {
        for (int i = 0; i < _bases.Length; i++)
        {
            if (_bases[i] != 0 && _image.Sections[i].Name == section)
            {
                return _bases[i];
            }
        }

        return null;
    }

    /// <summary>The section that holds a made-up address; null in linked files and between sections.</summary>
    public ElfSection? FindAt(ulong address, out ulong offset)
    {
        offset = 0;
        for (int i = 0; i < _bases.Length; i++)
        {
            // A pointer behind the last byte still belongs to its section: gaps keep the next one away.
            ulong size = _image.Sections[i].Size;
            if (_bases[i] != 0 && address >= _bases[i] && address - _bases[i] <= size)
            {
                offset = address - _bases[i];
                return _image.Sections[i];
            }
        }

        return null;
    }

    /// <summary>The section that has a made-up address; null for 0, which linked files use.</summary>
    public uint? SectionAt(ulong sectionBase)
    {
        int index = sectionBase == 0 ? -1 : Array.IndexOf(_bases, sectionBase);
        return index < 0 ? null : (uint)index;
    }

    public ulong SymbolAddress(uint symbolIndex)
    {
        ElfSymbolTable symbols = _image.Symbols;
        if (symbolIndex >= (uint)symbols.Count)
        {
            return 0;
        }

        ElfSymbol symbol = symbols[(int)symbolIndex];
        return unchecked(symbol.Value + BaseOf(symbol.SectionIndex));
    }
}
