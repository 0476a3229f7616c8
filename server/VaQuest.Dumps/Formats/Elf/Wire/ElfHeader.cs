// ElfHeader: the ELF file header of a vmcore.
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.Elf.Wire;

/// <summary>Elf32_Ehdr and Elf64_Ehdr (System V ABI, chapter 4). e_ehsize is not kept: QEMU writes nonsense there.</summary>
internal readonly record struct ElfHeader(
    bool Is64, bool IsBigEndian, ushort Type, ushort Machine, ulong ProgramHeadersAt, ulong SectionHeadersAt, uint Flags,
    int ProgramHeaderBytes, int ProgramHeaderCount, int SectionHeaderBytes, int SectionCount, int SectionNamesIndex)
{
    public const int IdentBytes = 16;
    public const ushort TypeRelocatable = 1;
    public const ushort TypeExecutable = 2;
    public const ushort TypeShared = 3;
    public const ushort TypeCore = 4;

    /// <summary>PN_XNUM: the true count of program headers is in sh_info of section 0.</summary>
    public const int ExtendedCount = 0xffff;

    /// <summary>makedumpfile's mark in e_flags for a dump it could not finish (DUMP_ELF_INCOMPLETE).</summary>
    public const uint FlagIncomplete = 1;

    /// <summary>Smallest program header of the class in bytes.</summary>
    public int MinProgramHeaderBytes => Is64 ? 56 : 32;

    public int MinSectionHeaderBytes => Is64 ? 64 : 40;

    public int WordSize => Is64 ? 8 : 4;

    public static ElfHeader Read(ReadOnlySpan<byte> head)
    {
        if (head.Length < IdentBytes)
        {
            throw new DumpFormatException(FormatError.Truncated, $"the file ends at byte {head.Length}, inside the ELF header");
        }

        int fileClass = head[4];
        int order = head[5];
        if (fileClass is not (1 or 2) || order is not (1 or 2))
        {
            throw new DumpFormatException(
                FormatError.BadHeader, $"the ELF header has class {fileClass} and byte order {order}; both must be 1 or 2");
        }

        bool is64 = fileClass == 2;
        var reader = new SpanReader(head, order == 2, is64 ? 8 : 4) { Position = IdentBytes };
        ushort type = reader.ReadUInt16();
        ushort machine = reader.ReadUInt16();
        reader.Skip(4);
        reader.ReadWord();
        ulong programHeadersAt = reader.ReadWord();
        ulong sectionHeadersAt = reader.ReadWord();
        uint flags = reader.ReadUInt32();
        reader.Skip(2);
        return new ElfHeader(
            is64, order == 2, type, machine, programHeadersAt, sectionHeadersAt, flags,
            reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadUInt16());
    }
}
