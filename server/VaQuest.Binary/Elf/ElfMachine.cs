// ElfMachine: the processor of an ELF file (e_machine).
namespace VaQuest.Binary.Elf;

/// <summary>e_machine of the ELF header, for the processors Linux dumps come from. Unknown values are kept as numbers.</summary>
public enum ElfMachine : ushort
{
    None = 0,
    I386 = 3,
    Mips = 8,
    Ppc = 20,
    Ppc64 = 21,
    S390 = 22,
    Arm = 40,
    Ia64 = 50,
    X86_64 = 62,
    Aarch64 = 183,
    RiscV = 243,
    LoongArch = 258,
}
