// S390Format: stand-alone dumps of s390 machines: classic, and extended with compressed segments.
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.S390;

/// <summary>Opens dumps of one volume. Registers are in each CPU's lowcore, whose addresses the header lists.</summary>
internal sealed class S390Format : IDumpFormat
{
    private const int PageSize = 4096;

    /// <summary>Save areas of the 64-bit lowcore (arch/s390/include/asm/lowcore.h): general registers, PSW, access registers.</summary>
    private const int GeneralAt = 0x1280;

    private const int StatusWordAt = 0x1300;
    private const int AccessAt = 0x1340;

    public Vmcore? TryOpen(DumpInput input)
    {
        if (S390Header.Read(input.Head.Span) is not { } header)
        {
            return null;
        }

        if (header.IsMultiVolume)
        {
            throw new DumpFormatException(
                FormatError.Unsupported, "this is one volume of an s390 multi-volume dump, which is not read; zgetdump of s390-tools joins the volumes to an ELF dump");
        }

        var pieces = new List<StoredPiece>();
        var chunks = new List<S390Chunk>();
        if (header.IsExtended)
        {
            S390Segments.Read(input, header, pieces, chunks);
        }
        else
        {
            ReadClassic(input, header, pieces);
        }

        PieceIndex index = PieceIndex.Build(pieces);
        if (index.Count == 0)
        {
            throw new DumpFormatException(FormatError.Truncated, "the s390 dump ends before its memory; nothing can be read");
        }

        return Build(input, header, new S390Memory(input.Source, index, chunks, PageSize, header.ChunkBytes, input.Options.PageCacheBytes), chunks.Count > 0);
    }

    private static void ReadClassic(DumpInput input, S390Header header, List<StoredPiece> pieces)
    {
        ulong length = header.End - header.Start;
        ulong stored = (ulong)Math.Clamp(input.Source.Length - S390Header.Bytes, 0, (long)length);
        pieces.Add(new StoredPiece(header.Start, header.Start + stored, S390Header.Bytes, -1, PieceKind.Present));
        if (stored < length)
        {
            input.IsCut = true;
            input.Warn($"the file ends at byte {input.Source.Length}; memory from 0x{header.Start + stored:x} to 0x{header.End:x} is missing");
            pieces.Add(new StoredPiece(header.Start + stored, header.End, 0, 1L << 40, PieceKind.Lost));
            return;
        }

        byte[] mark = new byte[8];
        if (input.Source.ReadSome(S390Header.Bytes + (long)length, mark, "the end mark of the s390 dump") < mark.Length || !mark.AsSpan().SequenceEqual("DUMP_END"u8))
        {
            input.IsCut = true;
            input.Warn($"the s390 dump has no end mark: it was not finished, and memory near its end may be from before");
        }
    }

    private static Vmcore Build(DumpInput input, S390Header header, S390Memory memory, bool isCompressed)
    {
        bool is64 = header.Architecture != 1;
        input.AddDetail("Version", $"{header.Version}");
        input.AddDetail("Shape", header.IsExtended ? "extended" : "classic");
        input.AddDetail("CPUs in header", $"{header.Lowcores.Count}");
        var ranges = new PhysicalRangeList(memory.EnumerateRam());
        return new Vmcore(memory)
        {
            Path = input.Path,
            Format = header.IsExtended ? "s390-extended" : "s390",
            Compression = isCompressed ? ["zlib"] : [],
            Architecture = is64 ? "s390x" : "s390",
            IsBigEndian = true,
            WordSize = is64 ? 8 : 4,
            PageSize = PageSize,
            IsComplete = !input.IsCut,
            PhysicalBytes = ranges.TotalBytes,
            Memory = memory,
            Pages = memory,
            CpuNotes = is64 ? ReadCpus(header, memory) : [],
            Ranges = ranges,
            Details = input.Details,
            Warnings = input.Warnings,
        };
    }

    /// <summary>The order of a register note: PSW, general registers, access registers, the original r2.</summary>
    private static List<CpuNote> ReadCpus(S390Header header, S390Memory memory)
    {
        var notes = new List<CpuNote>();
        for (int i = 0; i < header.Lowcores.Count; i++)
        {
            byte[] registers = new byte[16 + 128 + 64 + 8];
            ulong lowcore = header.Lowcores[i];
            bool isThere = memory.Read(new PhysAddr(lowcore + StatusWordAt), registers.AsSpan(0, 16)).IsOk
                & memory.Read(new PhysAddr(lowcore + GeneralAt), registers.AsSpan(16, 128)).IsOk
                & memory.Read(new PhysAddr(lowcore + AccessAt), registers.AsSpan(144, 64)).IsOk;
            if (isThere)
            {
                notes.Add(new CpuNote(i, i + 1, registers));
            }
        }

        return notes;
    }
}
