// Machine: the architectures of dumps, with the layout of their register notes.
namespace VaQuest.Dumps.Notes;

/// <summary>
/// An architecture as dump files name it. Adding one is a line in <see cref="s_known"/>; its notes are read with these numbers.
/// </summary>
/// <param name="Name">The name used by VaQuest, which is uname's except for i386 and arm, which have many.</param>
/// <param name="ElfMachine">e_machine (include/uapi/linux/elf-em.h).</param>
/// <param name="WordSize">Size of a kernel pointer in bytes.</param>
/// <param name="IsBigEndian">Byte order, or null when both exist under this name.</param>
/// <param name="NoteBytes">Size of struct elf_prstatus.</param>
/// <param name="RegisterBytes">Size of its pr_reg.</param>
internal sealed record Machine(string Name, int ElfMachine, int WordSize, bool? IsBigEndian, int NoteBytes, int RegisterBytes)
{
    private const int NoteRegisters64 = 112;
    private const int NoteRegisters32 = 72;

    private static readonly Machine[] s_known =
    [
        new("x86_64", 62, 8, false, 336, 27 * 8),
        new("i386", 3, 4, false, 144, 17 * 4),
        new("aarch64", 183, 8, null, 392, 34 * 8),
        new("arm", 40, 4, null, 148, 18 * 4),
        new("ppc64", 21, 8, true, 504, 48 * 8),
        new("ppc64le", 21, 8, false, 504, 48 * 8),
        new("s390x", 22, 8, true, 336, 16 + (16 * 8) + (16 * 4) + 8),
        new("riscv64", 243, 8, false, 376, 32 * 8),
        new("loongarch64", 258, 8, false, 480, 45 * 8),
        new("ppc", 20, 4, true, 0, 0),
        new("ia64", 50, 8, null, 0, 0),
        new("mips64", 8, 8, null, 0, 0),
        new("mips", 8, 4, null, 0, 0),
        new("sparc64", 43, 8, true, 0, 0),
        new("alpha", 0x9026, 8, false, 0, 0),
        new("riscv32", 243, 4, false, 0, 0),
    ];

    /// <summary>Offset of pr_reg in struct elf_prstatus.</summary>
    public int RegistersAt => WordSize == 8 ? NoteRegisters64 : NoteRegisters32;

    /// <summary>Offset of pr_pid in struct elf_prstatus.</summary>
    public int ProcessIdAt => WordSize == 8 ? 32 : 24;

    /// <summary>By e_machine; the class decides only where one number serves two widths. Null when unknown.</summary>
    public static Machine? FindByElf(int elfMachine, bool isBigEndian, int classWordSize)
    {
        Machine[] candidates = Array.FindAll(
            s_known, machine => machine.ElfMachine == elfMachine && (machine.IsBigEndian ?? isBigEndian) == isBigEndian);
        return Array.Find(candidates, machine => machine.WordSize == classWordSize) ?? candidates.FirstOrDefault();
    }

    /// <summary>By uname's machine field; null when unknown.</summary>
    public static Machine? FindByName(string name)
    {
        string wanted = name switch
        {
            "i486" or "i586" or "i686" => "i386",
            "aarch64_be" => "aarch64",
            _ when name.StartsWith("armv", StringComparison.Ordinal) => "arm",
            _ => name,
        };
        return Array.Find(s_known, machine => machine.Name == wanted);
    }

    /// <summary>By the size of a register note, when headers do not tell; null when no architecture or more than one fits.</summary>
    public static Machine? FindByNoteSize(int noteBytes, bool isBigEndian)
    {
        Machine[] candidates = Array.FindAll(
            s_known, machine => machine.NoteBytes == noteBytes && (machine.IsBigEndian ?? isBigEndian) == isBigEndian);
        return candidates.Length == 1 ? candidates[0] : null;
    }
}
