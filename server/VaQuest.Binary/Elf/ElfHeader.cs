// ElfHeader: the facts of an ELF file's header that readers need.
namespace VaQuest.Binary.Elf;

/// <summary>The ELF header, the same for 32 and 64 bits (gABI, "ELF Header").</summary>
/// <param name="Is64Bit">True for ELFCLASS64.</param>
/// <param name="IsBigEndian">True for ELFDATA2MSB.</param>
/// <param name="Type">e_type.</param>
/// <param name="Machine">e_machine.</param>
/// <param name="Entry">e_entry, a virtual address.</param>
/// <param name="Flags">e_flags, processor specific.</param>
public sealed record ElfHeader(bool Is64Bit, bool IsBigEndian, ElfType Type, ElfMachine Machine, ulong Entry, uint Flags)
{
    /// <summary>Size of an address in bytes: 4 or 8.</summary>
    public int WordSize => Is64Bit ? 8 : 4;
}
