// ElfSectionType: what a section holds (sh_type).
namespace VaQuest.Binary.Elf;

/// <summary>sh_type of a section header (gABI, "Sections"). Unknown values are kept as numbers.</summary>
public enum ElfSectionType : uint
{
    Null = 0,
    ProgramBits = 1,
    SymbolTable = 2,
    StringTable = 3,
    RelocationsWithAddend = 4,
    Hash = 5,
    Dynamic = 6,
    Note = 7,

    /// <summary>SHT_NOBITS: no bytes in the file (.bss, and every loaded section of an --only-keep-debug file).</summary>
    NoBits = 8,
    Relocations = 9,
    DynamicSymbols = 11,

    /// <summary>SHT_SYMTAB_SHNDX: section indices that do not fit into 16 bits.</summary>
    SymbolSectionIndices = 18,
}
