// ElfType: what an ELF file is for (e_type).
namespace VaQuest.Binary.Elf;

/// <summary>e_type of the ELF header (gABI, "ELF Header"). Unknown values are kept as numbers.</summary>
public enum ElfType : ushort
{
    None = 0,

    /// <summary>ET_REL: an object file or a kernel module; addresses are offsets in sections.</summary>
    Relocatable = 1,

    /// <summary>ET_EXEC: linked at fixed addresses, as vmlinux on x86.</summary>
    Executable = 2,

    /// <summary>ET_DYN: position independent, as vmlinux on arm64.</summary>
    SharedObject = 3,

    /// <summary>ET_CORE: a memory dump.</summary>
    Core = 4,
}
