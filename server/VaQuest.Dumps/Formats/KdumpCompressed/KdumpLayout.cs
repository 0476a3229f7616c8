// KdumpLayout: the headers of a kdump-compressed dump, checked against each other and the file.
using VaQuest.Binary;
using VaQuest.Dumps.Formats.KdumpCompressed.Wire;
using VaQuest.Dumps.Notes;

namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>
/// Where everything is, in bytes: block 0 the main header, block 1 the sub header, then the bitmaps, the descriptors, page data.
/// </summary>
internal sealed record KdumpLayout(
    KdumpHeader Header, KdumpSubHeader SubHeader, ulong MaxMapnr, long RamBitmapAt, long DumpedBitmapAt, long DescriptorsAt)
{
    /// <summary>Above this block count the file plan would leave 63 bits: 2^40 blocks of 64 KiB.</summary>
    private const long MaxBlocks = 1L << 40;

    /// <summary>Highest version known; higher ones are read as this.</summary>
    private const int NewestVersion = 6;

    public bool HasTwoBitmaps => RamBitmapAt != DumpedBitmapAt;

    /// <summary>True when the writer marked the dump as not finished.</summary>
    public bool IsMarkedIncomplete { get; private init; }

    /// <summary>The layout of a kdump-compressed dump.</summary>
    public static KdumpLayout Read(DumpInput input)
    {
        if (input.Head.Length < KdumpHeader.Bytes)
        {
            throw new DumpFormatException(
                FormatError.Truncated, $"the file of {input.Head.Length} bytes ends inside the kdump-compressed header");
        }

        KdumpHeader header = FindHeader(input.Head.Span, input.Limits);
        Check(header, input.Limits, minVersion: 1);
        KdumpSubHeader subHeader = ReadSubHeader(input, header);
        return Plan(input, header, subHeader, 0) with { IsMarkedIncomplete = (header.Status & KdumpHeader.StatusIncomplete) != 0 };
    }

    /// <summary>The layout of a diskdump, which has the same main header, but another sub header and other meanings of the status.</summary>
    /// <param name="input">The dump.</param>
    /// <param name="head">The main header.</param>
    /// <param name="headerAt">Its offset in the file.</param>
    public static KdumpLayout ReadDiskdump(DumpInput input, ReadOnlySpan<byte> head, long headerAt)
    {
        const uint DiskdumpIncomplete = 1;
        KdumpHeader header = FindHeader(head, input.Limits);
        Check(header, input.Limits, minVersion: 0);
        return Plan(input, header, KdumpSubHeader.None, headerAt) with { IsMarkedIncomplete = (header.Status & DiskdumpIncomplete) != 0 };
    }

    /// <summary>The reading of the header that makes the most sense; ties go to the more common.</summary>
    private static KdumpHeader FindHeader(ReadOnlySpan<byte> head, DumpLimits limits)
    {
        KdumpHeader best = KdumpHeader.Read(head, KdumpOrder.All[0]);
        int bestScore = Score(best, limits);
        for (int i = 1; i < KdumpOrder.All.Length; i++)
        {
            KdumpHeader header = KdumpHeader.Read(head, KdumpOrder.All[i]);
            int score = Score(header, limits);
            if (score > bestScore)
            {
                (best, bestScore) = (header, score);
            }
        }

        return best;
    }

    private static int Score(KdumpHeader header, DumpLimits limits)
    {
        int score = 0;
        score += PageSizes.IsValid(header.BlockSize, limits) ? 8 : 0;
        score += header.Version is >= 1 and <= 64 ? 4 : 0;
        score += header.SubHeaderBlocks is >= 1 and <= 1 << 20 ? 2 : 0;
        score += header.BitmapBlocks is >= 1 and <= 1 << 24 ? 2 : 0;
        score += header.CpuCount is >= 1 and <= 1 << 16 ? 1 : 0;
        if (Machine.FindByName(header.MachineName) is { } machine)
        {
            bool isRight = machine.WordSize == header.Order.WordSize && (machine.IsBigEndian ?? header.Order.IsBigEndian) == header.Order.IsBigEndian;
            score += isRight ? 4 : 0;
        }

        return score;
    }

    private static void Check(KdumpHeader header, DumpLimits limits, int minVersion)
    {
        if (!PageSizes.IsValid(header.BlockSize, limits))
        {
            throw Bad($"block size is {header.BlockSize}; it must be a power of two from {limits.MinPageSize} to {limits.MaxPageSize}");
        }

        if (header.Version < minVersion)
        {
            throw Bad($"version is {header.Version}; it must be {minVersion} or more");
        }

        if (header.SubHeaderBlocks < 1)
        {
            throw Bad($"sub header has {header.SubHeaderBlocks} blocks; it must have 1 or more");
        }

        if (header.BitmapBlocks < 1)
        {
            throw Bad($"page bitmaps have no blocks");
        }

        DumpLimits.Check("bytes of page bitmaps", (ulong)header.BitmapBlocks * (ulong)header.BlockSize, 2L * limits.MaxBitmapBytes);
    }

    private static KdumpSubHeader ReadSubHeader(DumpInput input, KdumpHeader header)
    {
        byte[] bytes = new byte[KdumpSubHeader.Bytes];
        input.Source.ReadFully(header.BlockSize, bytes, "the kdump-compressed sub header");
        int version = Math.Min(header.Version, NewestVersion);
        if (header.Order.WordSize == 8)
        {
            return KdumpSubHeader.Read(bytes, header.Order, version, isPadded: true);
        }

        KdumpSubHeader packed = KdumpSubHeader.Read(bytes, header.Order, version, isPadded: false);
        KdumpSubHeader padded = KdumpSubHeader.Read(bytes, header.Order, version, isPadded: true);
        bool isPacked = Fits(packed, input, header);
        bool isPadded = Fits(padded, input, header);
        bool isPackedByName = Machine.FindByName(header.MachineName) is not { Name: "arm" or "mips" };
        return isPacked == isPadded ? (isPackedByName ? packed : padded) : isPacked ? packed : padded;
    }

    /// <summary>True when what the sub header points at lies in the file, behind the headers, and page numbers are in order.</summary>
    private static bool Fits(KdumpSubHeader subHeader, DumpInput input, KdumpHeader header)
    {
        bool IsInside(FileArea area) => area.FitsInto(input.Source.Length) && (area.IsEmpty || area.Offset > (ulong)header.BlockSize);

        return IsInside(subHeader.Vmcoreinfo) && IsInside(subHeader.Notes) && IsInside(subHeader.EraseInfo)
            && subHeader.StartPfn <= subHeader.EndPfn
            && (header.Version < 6 || unchecked((uint)subHeader.MaxMapnr64) == header.MaxMapnr);
    }

    private static KdumpLayout Plan(DumpInput input, KdumpHeader header, KdumpSubHeader subHeader, long headerAt)
    {
        ulong maxMapnr = header.Version >= 6 && subHeader.MaxMapnr64 != 0 ? subHeader.MaxMapnr64 : header.MaxMapnr;
        long blockSize = header.BlockSize;
        long bitmapAt = headerAt + ((1L + header.SubHeaderBlocks) * blockSize);
        ulong bitmapBytes = (ulong)header.BitmapBlocks * (ulong)blockSize;
        ulong neededBytes = (maxMapnr / 8) + (maxMapnr % 8 == 0 ? 0UL : 1);
        ulong neededBlocks = (neededBytes / (ulong)blockSize) + (neededBytes % (ulong)blockSize == 0 ? 0UL : 1);
        if (neededBytes > bitmapBytes)
        {
            throw Bad($"page bitmaps have {bitmapBytes} bytes, too few for {maxMapnr} pages");
        }

        DumpLimits.Check("bytes of a page bitmap", neededBytes, input.Limits.MaxBitmapBytes);
        if (bitmapAt / blockSize + header.BitmapBlocks > MaxBlocks)
        {
            throw Bad($"areas reach beyond any file");
        }

        // One bitmap alone means that no page was filtered: it is both.
        bool hasTwo = header.BitmapBlocks / 2 >= neededBlocks;
        long dumpedAt = hasTwo ? bitmapAt + (header.BitmapBlocks / 2 * blockSize) : bitmapAt;
        return new KdumpLayout(header, subHeader, maxMapnr, bitmapAt, dumpedAt, bitmapAt + (long)bitmapBytes);
    }

    private static DumpFormatException Bad(FormattableString what) =>
        new(FormatError.BadHeader, "the dump's header is damaged: its " + FormattableString.Invariant(what));
}
