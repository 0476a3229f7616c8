// XenFrames: which guest frame each page of a Xen core file is, and which machine frame.
using VaQuest.Binary;
using VaQuest.Dumps.Formats.Elf.Wire;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Xen;

/// <summary>The frame table, read once: runs of guest frames, and for paravirtualised guests the way from machine frames back.</summary>
internal sealed class XenFrames
{
    /// <summary>XC_CORE_INVALID_PFN: a page without a frame.</summary>
    private const ulong Invalid = ulong.MaxValue;

    /// <summary>Frame numbers end here: 52 bits of address.</summary>
    private const ulong EndFrame = 1ul << 40;

    /// <summary>Behind the end of every file.</summary>
    private const ulong FarthestOffset = 1ul << 62;

    private const int ChunkBytes = 64 << 10;

    private readonly List<StoredPiece> _pieces = [];
    private readonly List<ulong> _machine = [];
    private readonly List<ulong> _guest = [];
    private readonly ulong _pageSize;
    private readonly ulong _pagesAt;
    private readonly long _fileLength;

    private XenFrames(ulong pageSize, ulong pagesAt, long fileLength)
    {
        _pageSize = pageSize;
        _pagesAt = pagesAt;
        _fileLength = fileLength;
    }

    /// <summary>Guest-physical addresses and where their bytes are.</summary>
    public required PieceIndex Guest { get; init; }

    /// <summary>From machine frames to guest frames; null when the guest's page tables hold guest frames.</summary>
    public required IMachineFrames? Machine { get; init; }

    public static XenFrames Read(
        DumpInput input, in ElfHeader elf, XenSection? table, XenSection pages, ulong pageCount, int pageSize, bool isParavirtual)
    {
        if (table is null)
        {
            throw new DumpFormatException(
                FormatError.BadHeader, "the Xen core file has pages, but neither .xen_pfn nor .xen_p2m says which: its section table is damaged");
        }

        ulong size = (ulong)pageSize;

        // A section table may claim any place; one behind all files is as good as the largest, and sums with it cannot wrap.
        ulong pagesAt = Math.Min(pages.Offset, FarthestOffset);
        var build = new XenFrames(size, pagesAt, input.Source.Length) { Guest = PieceIndex.Build([]), Machine = null };
        int entryBytes = isParavirtual ? 16 : 8;
        ulong count = Math.Min(Math.Min(table.Size / (ulong)entryBytes, pages.Size / size), pageCount);
        ulong there = table.Offset >= (ulong)input.Source.Length ? 0 : ((ulong)input.Source.Length - table.Offset) / (ulong)entryBytes;
        if (there < count)
        {
            input.IsCut = true;
            input.Warn($"the file ends at byte {input.Source.Length}, inside the table of frames: {there} of {count} are there; other memory is missing");
            count = there;
        }

        if (count > 0)
        {
            build.ReadTable(input, elf.IsBigEndian, (long)table.Offset, count, entryBytes);
        }

        ulong end = pagesAt + (count * size);
        if (count > 0 && end > (ulong)input.Source.Length)
        {
            input.IsCut = true;
            input.Warn($"the file ends at byte {input.Source.Length}, but its pages reach to byte {end}; memory stored behind the end is missing");
        }

        IMachineFrames? machine = isParavirtual ? new SortedMachineFrames([.. build._machine], [.. build._guest], size) : null;
        return new XenFrames(size, pagesAt, input.Source.Length) { Guest = PieceIndex.Build(build._pieces), Machine = machine };
    }

    private void ReadTable(DumpInput input, bool isBigEndian, long at, ulong count, int entryBytes)
    {
        byte[] bytes = new byte[(int)Math.Min(ChunkBytes, count * (ulong)entryBytes)];
        ulong runStart = Invalid;
        ulong runPage = 0;
        ulong runLength = 0;
        for (ulong page = 0; page < count;)
        {
            input.Cancellation.ThrowIfCancellationRequested();
            int wanted = (int)Math.Min((ulong)bytes.Length, (count - page) * (ulong)entryBytes);
            int read = input.Source.ReadSome(at, bytes.AsSpan(0, wanted), "the table of frames") / entryBytes;
            var reader = new SpanReader(bytes.AsSpan(0, read * entryBytes), isBigEndian);
            for (int i = 0; i < read; i++, page++)
            {
                ulong guest = reader.ReadUInt64();
                ulong machine = entryBytes == 16 ? reader.ReadUInt64() : Invalid;
                bool isSound = guest < EndFrame;
                if (isSound && machine < EndFrame)
                {
                    _machine.Add(machine);
                    _guest.Add(guest);
                }

                if (isSound && runLength > 0 && guest == runStart + runLength && page == runPage + runLength)
                {
                    runLength++;
                    continue;
                }

                AddRun(input, runStart, runPage, runLength);
                (runStart, runPage, runLength) = (guest, page, isSound ? 1ul : 0);
            }

            at += (long)read * entryBytes;
            if (read == 0)
            {
                break;
            }
        }

        AddRun(input, runStart, runPage, runLength);
    }

    private void AddRun(DumpInput input, ulong frame, ulong page, ulong length)
    {
        if (length == 0)
        {
            return;
        }

        DumpLimits.Check("stretches of frames of the Xen core file", (ulong)_pieces.Count + 1, input.Limits.MaxProgramHeaders);
        ulong position = _pagesAt + (page * _pageSize);
        ulong bytes = length * _pageSize;
        ulong inFile = position >= (ulong)_fileLength ? 0 : Math.Min(bytes, (ulong)_fileLength - position);
        ulong start = frame * _pageSize;

        // Among pages of one frame the first is used; those that are in the file come before those that are not.
        long rank = _pieces.Count;
        _pieces.Add(new StoredPiece(start, start + inFile, (long)position, rank, PieceKind.Present));
        if (inFile < bytes)
        {
            _pieces.Add(new StoredPiece(start + inFile, start + bytes, 0, (1L << 32) + rank, PieceKind.Lost));
        }
    }
}
