// ProgramHeader: one segment of an ELF vmcore.
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.Elf.Wire;

/// <summary>Elf32_Phdr and Elf64_Phdr (System V ABI, chapter 5). p_align is 0 in makedumpfile's output and is used for nothing but netdump.</summary>
internal sealed record ProgramHeader(
    uint Type, ulong Offset, ulong VirtualAddress, ulong PhysicalAddress, ulong FileBytes, ulong MemoryBytes, ulong Alignment)
{
    public const uint TypeLoad = 1;
    public const uint TypeNote = 4;

    public static ProgramHeader Read(ReadOnlySpan<byte> bytes, in ElfHeader elf)
    {
        var reader = new SpanReader(bytes, elf.IsBigEndian, elf.WordSize);
        uint type = reader.ReadUInt32();
        if (elf.Is64)
        {
            reader.Skip(4);
        }

        ulong offset = reader.ReadWord();
        ulong virtualAddress = reader.ReadWord();
        ulong physicalAddress = reader.ReadWord();
        ulong fileBytes = reader.ReadWord();
        ulong memoryBytes = reader.ReadWord();
        if (!elf.Is64)
        {
            reader.Skip(4);
            physicalAddress = physicalAddress == uint.MaxValue ? ulong.MaxValue : physicalAddress;
        }

        return new ProgramHeader(type, offset, virtualAddress, physicalAddress, fileBytes, memoryBytes, reader.ReadWord());
    }
}
