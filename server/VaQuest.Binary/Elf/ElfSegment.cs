// ElfSegment: one program header of an ELF file.
namespace VaQuest.Binary.Elf;

/// <summary>A program header, the same for 32 and 64 bits (gABI, "Program Header"). Its claims are not checked against the file's length.</summary>
/// <param name="Type">p_type, see the constants.</param>
/// <param name="Flags">p_flags.</param>
/// <param name="FileOffset">p_offset in bytes.</param>
/// <param name="VirtualAddress">p_vaddr.</param>
/// <param name="PhysicalAddress">p_paddr.</param>
/// <param name="FileSize">p_filesz in bytes.</param>
/// <param name="MemorySize">p_memsz in bytes.</param>
/// <param name="Alignment">p_align.</param>
public sealed record ElfSegment(
    uint Type,
    uint Flags,
    ulong FileOffset,
    ulong VirtualAddress,
    ulong PhysicalAddress,
    ulong FileSize,
    ulong MemorySize,
    ulong Alignment)
{
    /// <summary>PT_LOAD.</summary>
    public const uint Load = 1;

    /// <summary>PT_NOTE.</summary>
    public const uint Note = 4;
}
