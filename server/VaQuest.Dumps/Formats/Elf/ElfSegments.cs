// ElfSegments: turns the program headers of a vmcore into an index of physical memory.
using VaQuest.Binary;
using VaQuest.Dumps.Formats.Elf.Wire;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Elf;

/// <summary>Reads program headers and sorts their physical ranges by what the file holds of them.</summary>
internal static class ElfSegments
{
    /// <summary>Reads the program headers that are in the file. Throws when there are none.</summary>
    public static List<ProgramHeader> ReadHeaders(DumpInput input, in ElfHeader elf)
    {
        ulong count = (ulong)elf.ProgramHeaderCount;
        if (elf.ProgramHeaderCount == ElfHeader.ExtendedCount)
        {
            count = ReadExtendedCount(input, elf);
        }

        if (elf.ProgramHeaderBytes < elf.MinProgramHeaderBytes || count == 0)
        {
            throw new DumpFormatException(
                FormatError.BadHeader,
                $"the ELF header tells of {count} program headers of {elf.ProgramHeaderBytes} bytes; a dump has some, of {elf.MinProgramHeaderBytes} bytes or more");
        }

        if (elf.ProgramHeadersAt >= (ulong)input.Source.Length)
        {
            throw new DumpFormatException(
                FormatError.Truncated,
                FormattableString.Invariant($"the file ends at byte {input.Source.Length}, before the program headers at 0x{elf.ProgramHeadersAt:x}"));
        }

        DumpLimits.Check("program headers", count, input.Limits.MaxProgramHeaders);
        ulong there = ((ulong)input.Source.Length - elf.ProgramHeadersAt) / (ulong)elf.ProgramHeaderBytes;
        if (count > there)
        {
            input.IsCut = true;
            input.Warn($"the file ends at byte {input.Source.Length}, inside the program headers: {there} of {count} are there; other memory is missing");
            count = there;
        }

        return Read(input, elf, (int)count);
    }

    /// <summary>Indexes what the segments hold. Bytes beyond p_filesz were left out, bytes beyond the end of the file are lost.</summary>
    public static PieceIndex Index(DumpInput input, List<ProgramHeader> headers)
    {
        var pieces = new List<StoredPiece>(headers.Count);
        ulong reaches = 0;
        for (int i = 0; i < headers.Count; i++)
        {
            ProgramHeader header = headers[i];
            if (header.Type == ProgramHeader.TypeLoad && header.PhysicalAddress != ulong.MaxValue && IsSound(input, header, i))
            {
                reaches = Math.Max(reaches, AddPieces(pieces, header, i, input.Source.Length));
            }
        }

        if (reaches > (ulong)input.Source.Length)
        {
            input.IsCut = true;
            input.Warn($"the file ends at byte {input.Source.Length}, but its segments reach to byte {reaches}; memory stored behind the end is missing");
        }

        return PieceIndex.Build(pieces);
    }

    private static ulong ReadExtendedCount(DumpInput input, in ElfHeader elf)
    {
        byte[] section = new byte[elf.MinSectionHeaderBytes];
        if (elf.SectionHeadersAt > long.MaxValue)
        {
            throw new DumpFormatException(
                FormatError.BadValue, FormattableString.Invariant($"the section headers are said to be at 0x{elf.SectionHeadersAt:x}, outside the file"));
        }

        input.Source.ReadFully((long)elf.SectionHeadersAt, section, "section header 0, which counts the program headers");
        var reader = new SpanReader(section, elf.IsBigEndian, elf.WordSize) { Position = elf.Is64 ? 44 : 28 };
        return reader.ReadUInt32();
    }

    private static List<ProgramHeader> Read(DumpInput input, in ElfHeader elf, int count)
    {
        var window = new SourceWindow(input.Source);
        var headers = new List<ProgramHeader>(count);
        long at = (long)elf.ProgramHeadersAt;
        for (int i = 0; i < count; i++, at += elf.ProgramHeaderBytes)
        {
            ReadOnlySpan<byte> bytes = window.At(at, elf.MinProgramHeaderBytes, "the program headers");
            if (bytes.Length < elf.MinProgramHeaderBytes)
            {
                break;
            }

            headers.Add(ProgramHeader.Read(bytes, elf));
        }

        return headers;
    }

    private static bool IsSound(DumpInput input, ProgramHeader header, int index)
    {
        bool isSound = header.MemoryBytes <= ulong.MaxValue - header.PhysicalAddress
            && header.FileBytes <= ulong.MaxValue - header.PhysicalAddress
            && header.FileBytes <= ulong.MaxValue - header.Offset;
        if (!isSound && input.Warnings.Count < 32)
        {
            input.Warn(
                $"program header {index} describes 0x{header.MemoryBytes:x} bytes at physical 0x{header.PhysicalAddress:x}, which wraps around; it is left out");
        }

        return isSound;
    }

    /// <summary>Adds up to three pieces of a segment; returns where its stored bytes end in the file.</summary>
    private static ulong AddPieces(List<StoredPiece> pieces, ProgramHeader header, int index, long fileLength)
    {
        // Rank: what is in the file first, then what is lost, then what was left out; among equals the first header.
        long RankOf(PieceKind kind) => ((long)kind << 32) + index;

        ulong start = header.PhysicalAddress;
        ulong stored = header.Offset == ulong.MaxValue ? 0 : header.FileBytes;
        ulong inFile = header.Offset >= (ulong)fileLength ? 0 : Math.Min(stored, (ulong)fileLength - header.Offset);
        ulong memory = Math.Max(stored, header.MemoryBytes);
        pieces.Add(new StoredPiece(start, start + inFile, unchecked((long)header.Offset), RankOf(PieceKind.Present), PieceKind.Present));
        pieces.Add(new StoredPiece(start + inFile, start + stored, 0, RankOf(PieceKind.Lost), PieceKind.Lost));
        pieces.Add(new StoredPiece(start + stored, start + memory, 0, RankOf(PieceKind.Excluded), PieceKind.Excluded));
        return stored == 0 ? 0 : header.Offset + stored;
    }
}
