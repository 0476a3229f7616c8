// SadumpFormat: dumps written by the firmware of Fujitsu's PRIMEQUEST machines: a partition, a set of disks, or a media backup.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Dumps.Formats.KdumpCompressed;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Sadump;

/// <summary>Opens all three shapes. The firmware used the first 640 KiB of memory itself: what the kernel had there is lost.</summary>
internal sealed class SadumpFormat : IDumpFormat
{
    private const int MaxCpus = 8192;
    private const int MediaBlock = 4096;

    public Vmcore? TryOpen(DumpInput input)
    {
        ReadOnlySpan<byte> head = input.Head.Span;
        bool isPartition = SadumpPartition.HasMark(head);
        bool isMedia = !isPartition && head.Length > MediaBlock && SadumpPartition.HasMark(head[MediaBlock..]);
        if (!isPartition && !isMedia)
        {
            return null;
        }

        SadumpPartition partition = SadumpPartition.Read(isMedia ? head[MediaBlock..] : head)
            ?? throw new DumpFormatException(FormatError.Truncated, $"the file of {head.Length} bytes ends inside the sadump partition header");
        long headerAt = (isMedia ? MediaBlock : 0) + partition.BlockBytes;
        DumpSource source = input.Source;
        string shape = isMedia ? "media backup" : "partition";
        if (!isMedia && partition.DiskNumber != 0)
        {
            byte[] set = new byte[8];
            source.ReadFully(headerAt, set, "the sadump disk set header");
            uint blocks = BinaryPrimitives.ReadUInt32LittleEndian(set);
            int disks = (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(set.AsSpan(4)));
            source = SadumpSet.Join(input, partition, disks);
            headerAt += blocks * (long)partition.BlockBytes;
            shape = FormattableString.Invariant($"disk set of {disks}");
        }

        bool isOpen = false;
        try
        {
            Vmcore vmcore = Build(input, source, headerAt, shape);
            isOpen = true;
            return vmcore;
        }
        finally
        {
            if (!isOpen)
            {
                source.Dispose();
            }
        }
    }

    private static Vmcore Build(DumpInput input, DumpSource source, long headerAt, string shape)
    {
        byte[] bytes = new byte[SadumpHeader.Bytes];
        source.ReadFully(headerAt, bytes, "the sadump header");
        SadumpHeader header = SadumpHeader.Read(bytes)
            ?? throw new DumpFormatException(FormatError.BadHeader, $"no sadump header is at byte {headerAt}; the dump was never written, or is of another shape");
        Check(input, header, source.Length);
        long subAt = headerAt + header.BlockBytes;
        long bitmapAt = subAt + (header.SubHeaderBlocks * (long)header.BlockBytes);
        long dumpableAt = bitmapAt + (header.BitmapBlocks * (long)header.BlockBytes);
        long dataAt = dumpableAt + (header.DumpableBlocks * (long)header.BlockBytes);
        PageBitmap ram = PageBitmap.Load(new MirroredSource(source), bitmapAt, header.Pages, input.Cancellation);
        PageBitmap dumped = PageBitmap.Load(new MirroredSource(source), dumpableAt, header.Pages, input.Cancellation);
        long end = dataAt + (dumped.Count * header.BlockBytes);
        if (end > source.Length || dumped.KnownBits < header.Pages || ram.KnownBits < header.Pages)
        {
            input.IsCut = true;
            input.Warn($"the dump ends at byte {source.Length}, but its pages reach to byte {end}; memory stored behind the end is missing");
        }

        var notes = new List<CpuNote>();
        var states = new List<QemuCpuState>();
        if (header.SubHeaderBlocks > 0)
        {
            SadumpCpus.Read(new ByteCursor(source, isBigEndian: false, "the sadump sub header"), subAt, header.Cpus, notes, states);
        }

        AddDetails(input, header, shape, dumped.Count);
        var memory = new SadumpMemory(source, ram, dumped, dataAt, header.BlockBytes);
        var ranges = new PhysicalRangeList(memory.EnumerateRam());
        return new Vmcore(source)
        {
            Path = input.Path,
            Format = "sadump",
            Architecture = "x86_64",
            PageSize = header.BlockBytes,
            IsComplete = !input.IsCut,
            PhysicalBytes = ranges.TotalBytes,
            Memory = memory,
            Pages = memory,
            CpuNotes = notes,
            QemuCpus = states,
            Ranges = ranges,
            Details = input.Details,
            Warnings = input.Warnings,
        };
    }

    private static void Check(DumpInput input, SadumpHeader header, long length)
    {
        if (!PageSizes.IsValid(header.BlockBytes, input.Limits))
        {
            throw new DumpFormatException(FormatError.BadHeader, $"the sadump header has blocks of {header.BlockBytes} bytes, which is impossible");
        }

        DumpLimits.Check("CPUs of the sadump", header.Cpus, MaxCpus);
        ulong bitmapBytes = (header.Pages / 8) + 1;
        DumpLimits.Check("bytes of the sadump's bitmap", bitmapBytes, input.Limits.MaxBitmapBytes);
        foreach (uint blocks in new[] { header.SubHeaderBlocks, header.BitmapBlocks, header.DumpableBlocks })
        {
            if (blocks > (length / header.BlockBytes) + 1)
            {
                throw new DumpFormatException(
                    FormatError.BadHeader, $"the sadump header claims an area of {blocks} blocks of {header.BlockBytes} bytes in a dump of {length}");
            }
        }

        ulong bits = Math.Min(header.BitmapBlocks, header.DumpableBlocks) * (ulong)header.BlockBytes * 8;
        if (header.Pages == 0 || header.Pages > bits)
        {
            throw new DumpFormatException(FormatError.BadHeader, $"the sadump header claims {header.Pages} pages, but its bitmaps have {bits} bits");
        }
    }

    private static void AddDetails(DumpInput input, SadumpHeader header, string shape, long dumped)
    {
        input.AddDetail("Shape", shape);
        input.AddDetail("Header version", $"{header.Version}");
        input.AddDetail("Status", $"0x{header.Status:x}");
        input.AddDetail("Pages in dump", $"{dumped}");
        input.AddDetail("CPUs in header", $"{header.Cpus}");
    }
}
