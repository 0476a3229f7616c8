// ElfSection: one section header of an ELF file.
namespace VaQuest.Binary.Elf;

/// <summary>A section header, the same for 32 and 64 bits (gABI, "Sections"). The claims in it are not checked; reading its data does that.</summary>
/// <param name="Index">Index in the section header table.</param>
/// <param name="Name">Name, or empty when the name's offset is bad.</param>
/// <param name="Type">sh_type.</param>
/// <param name="Flags">sh_flags.</param>
/// <param name="Address">sh_addr, a virtual address; 0 in relocatable files.</param>
/// <param name="FileOffset">sh_offset in bytes.</param>
/// <param name="Size">sh_size in bytes, as stored (compressed size when compressed).</param>
/// <param name="Link">sh_link.</param>
/// <param name="Info">sh_info.</param>
/// <param name="Alignment">sh_addralign.</param>
/// <param name="EntrySize">sh_entsize.</param>
public sealed record ElfSection(
    int Index,
    string Name,
    ElfSectionType Type,
    ulong Flags,
    ulong Address,
    ulong FileOffset,
    ulong Size,
    uint Link,
    uint Info,
    ulong Alignment,
    ulong EntrySize)
{
    private const ulong FlagAllocated = 0x2;
    private const ulong FlagExecutable = 0x4;
    private const ulong FlagCompressed = 0x800;

    /// <summary>SHF_ALLOC: part of the running image.</summary>
    public bool IsAllocated => (Flags & FlagAllocated) != 0;

    /// <summary>SHF_EXECINSTR: holds code.</summary>
    public bool IsExecutable => (Flags & FlagExecutable) != 0;

    /// <summary>SHF_COMPRESSED, or the older .zdebug_ naming.</summary>
    public bool IsCompressed => (Flags & FlagCompressed) != 0 || Name.StartsWith(".zdebug_", StringComparison.Ordinal);

    /// <summary>True when the file holds bytes for it.</summary>
    public bool HasBytes => Type is not (ElfSectionType.NoBits or ElfSectionType.Null);

    internal bool HasCompressionHeader => (Flags & FlagCompressed) != 0;
}
