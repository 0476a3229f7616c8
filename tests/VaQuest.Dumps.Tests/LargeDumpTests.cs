// LargeDumpTests: dumps of machines with a tebibyte of memory: what opening them costs in memory, counted, not timed.
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Writing;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests;

public sealed class LargeDumpTests : IDisposable
{
    private const ulong Tebibyte = 1ul << 40;
    private const ulong PageCount = Tebibyte / 4096;

    /// <summary>A bitmap has 8 bytes for 64 pages; there are two, each with a count for every 4096 pages.</summary>
    private const long BytesPer64Pages = 17;

    /// <summary>What opening costs whatever the size: buffers for headers and notes, one chunk of the bitmap.</summary>
    private const long FixedBytes = 1 << 20;

    private static readonly DumpOptions s_smallCache = new() { PageCacheBytes = 64 << 10 };

    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void OpensASparseElfOfATebibyteWithoutIndexingItsPages()
    {
        byte[] head = new ElfVmcoreWriter().Segment(0, [], memoryBytes: Tebibyte, offset: 0x1000, fileBytes: Tebibyte).ToArray();
        string path = _files.Write(head);
        byte[] page = Pages.Make(7);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.SetLength(0x1000 + (long)Tebibyte);
            file.Position = 0x1000 + (long)(Tebibyte / 2);
            file.Write(page);
        }

        using Vmcore vmcore = OpenCounting(path, FixedBytes);
        Assert.Equal(Tebibyte, vmcore.PhysicalBytes);
        Pages.AssertReads(vmcore, Tebibyte / 2, page);
        Pages.AssertReads(vmcore, Tebibyte - 4096, new byte[4096]);
    }

    /// <summary>A sparse file may claim any number of notes that are all zero: looking through them does not go on without end.</summary>
    [Theory]
    [InlineData(1L << 40, true)]
    [InlineData(16L << 20, false)]
    public void LooksThroughABoundedStretchOfEmptyNotes(long emptyBytes, bool isLimited)
    {
        byte[] dump = new ElfVmcoreWriter().Notes(new NoteWriter().AddVmcoreinfo()).Segment(0, new byte[4096]).ToArray();
        long offset = BitConverter.ToInt64(dump, 72);
        long length = BitConverter.ToInt64(dump, 96);
        byte[] notes = [.. dump.AsSpan((int)offset, (int)length), .. new byte[24]];
        long at = dump.Length;
        BitConverter.TryWriteBytes(dump.AsSpan(72), at);
        BitConverter.TryWriteBytes(dump.AsSpan(96), notes.Length + emptyBytes);
        string path = _files.Write([.. dump, .. notes]);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.SetLength(at + notes.Length + emptyBytes);
        }

        using Vmcore vmcore = VmcoreFile.Open(path, s_smallCache);
        Assert.Equal("6.1.0-test", vmcore.Vmcoreinfo.Release);
        Assert.Equal(isLimited, vmcore.Warnings.Any(warning => warning.Contains("are empty from offset", StringComparison.Ordinal)));
    }

    [Fact]
    public void OpensABitmapOfATebibyteInAFewBytesPer64Pages()
    {
        byte[] first = Pages.Make(1);
        byte[] last = Pages.Make(2);
        using Vmcore sparse = _files.Open(new ElfVmcoreWriter().Segment(0, first, memoryBytes: Tebibyte - 4096).Segment(Tebibyte - 4096, last).ToArray());
        string path = Path.Combine(_files.Folder, "large");
        DumpWriter.Write(sparse, path, new DumpWriteOptions { Target = DumpTarget.KdumpCompressed, Compression = CompressionMethod.Lzo }, null, CancellationToken.None);

        using Vmcore vmcore = OpenCounting(path, FixedBytes + ((long)PageCount / 64 * BytesPer64Pages));
        Assert.Equal(Tebibyte, vmcore.PhysicalBytes);
        Pages.AssertReads(vmcore, 0, first);
        Pages.AssertReads(vmcore, Tebibyte - 4096, last);
        Pages.AssertStops(vmcore, Tebibyte / 2, 8, ReadStatus.Excluded, Tebibyte / 2);
    }

    /// <summary>A header may claim bitmaps that the file does not have: they cost nothing.</summary>
    [Fact]
    public void AllocatesNoMoreBitmapThanTheFileHas()
    {
        KdumpWriter writer = new KdumpWriter().Page(1, Pages.Make(1)).Page(2, Pages.Make(2));
        byte[] dump = writer.ToArray();
        BitConverter.TryWriteBytes(dump.AsSpan((int)writer.Places["bitmap_blocks"]), 1 << 14);
        BitConverter.TryWriteBytes(dump.AsSpan((int)writer.Places["max_mapnr"]), 1 << 28);
        BitConverter.TryWriteBytes(dump.AsSpan((int)writer.Places["max_mapnr_64"]), 1L << 28);
        using Vmcore vmcore = OpenCounting(_files.Write(dump), FixedBytes);
        Assert.False(vmcore.IsComplete);
    }

    /// <summary>Every second page is RAM: the list of ranges stays short, and reaches as far.</summary>
    [Fact]
    public void KeepsTheListOfRangesShort()
    {
        var writer = new KdumpWriter();
        for (ulong pfn = 0; pfn < 300_000; pfn += 2)
        {
            writer.Excluded(pfn);
        }

        using Vmcore vmcore = _files.Open(writer.ToArray());
        Assert.InRange(vmcore.Ranges.Count, 1, 1 << 17);
        Assert.Equal(299_999ul * 4096, vmcore.Ranges[^1].Start.Value + vmcore.Ranges[^1].Length);
        Assert.Equal(150_000ul * 4096, vmcore.PhysicalBytes);
    }

    private static Vmcore OpenCounting(string path, long mostBytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Vmcore vmcore = VmcoreFile.Open(path, s_smallCache);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, mostBytes);
        return vmcore;
    }
}
