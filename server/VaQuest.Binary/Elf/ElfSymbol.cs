// ElfSymbol: one entry of a symbol table.
namespace VaQuest.Binary.Elf;

/// <summary>A symbol (gABI, "Symbol Table"). Its name is read through the table that it came from.</summary>
/// <param name="Index">Index in the symbol table.</param>
/// <param name="NameOffset">st_name, an offset in the string table.</param>
/// <param name="Value">st_value: an address, or an offset in its section in relocatable files.</param>
/// <param name="Size">st_size in bytes; 0 when unknown.</param>
/// <param name="Info">st_info: binding and type.</param>
/// <param name="SectionIndex">Section index with SHN_XINDEX resolved; 0 undefined, 0xfff1 absolute.</param>
public readonly record struct ElfSymbol(int Index, uint NameOffset, ulong Value, ulong Size, byte Info, uint SectionIndex)
{
    /// <summary>SHN_ABS.</summary>
    public const uint Absolute = 0xfff1;

    /// <summary>STT_*: 0 none, 1 object, 2 function, 3 section, 4 file.</summary>
    public int Type => Info & 0xf;

    /// <summary>STB_*: 0 local, 1 global, 2 weak.</summary>
    public int Binding => Info >> 4;

    public bool IsFunction => Type == 2;

    public bool IsSection => Type == 3;

    public bool IsDefined => SectionIndex != 0;
}
