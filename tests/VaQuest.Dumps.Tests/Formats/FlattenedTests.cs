// FlattenedTests: makedumpfile's flattened wrapper around dumps of both kinds, sound and damaged.
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class FlattenedTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static byte[] Kdump()
    {
        var writer = new KdumpWriter();
        for (ulong pfn = 1; pfn <= 20; pfn++)
        {
            writer.Page(pfn, Pages.Make(pfn), PageCompression.Zlib);
        }

        return writer.ToArray();
    }

    private static byte[] Memory() => Enumerable.Range(1, 20).SelectMany(pfn => Pages.Make((ulong)pfn)).ToArray();

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(1000)]
    [InlineData(10_000_000)]
    public void ReadsAWrappedKdump(int recordBytes)
    {
        byte[] kdump = recordBytes == 1 ? new KdumpWriter { Vmcoreinfo = null }.Page(1, Pages.Make(1)).ToArray() : Kdump();
        using Vmcore vmcore = _files.Open(FlattenedWriter.Wrap(kdump, recordBytes));
        Assert.Equal("kdump-compressed", vmcore.Format);
        Assert.Contains(vmcore.Details, detail => detail.Key == "Wrapper");
        Assert.True(vmcore.IsComplete);
        Pages.AssertReads(vmcore, 0x1000, recordBytes == 1 ? Pages.Make(1) : Memory());
    }

    [Fact]
    public void ReadsAWrappedElf()
    {
        byte[] elf = new ElfVmcoreWriter().Notes(new NoteWriter().AddVmcoreinfo()).Segment(0x1000, Memory()).ToArray();
        using Vmcore vmcore = _files.Open(FlattenedWriter.Wrap(elf, 777));
        Assert.Equal("elf", vmcore.Format);
        Assert.Equal("6.1.0-test", vmcore.Vmcoreinfo.Release);
        Pages.AssertReads(vmcore, 0x1000, Memory());
    }

    [Fact]
    public void LetsLaterRecordsWinAndFillsGapsWithZeros()
    {
        byte[] elf = new ElfVmcoreWriter().Segment(0x1000, new byte[100]).ToArray();
        int data = elf.Length - 100;
        byte[] dump = new FlattenedWriter().Record(0, elf.AsSpan(0, data))
            .Record(data, [1, 1, 1, 1, 1, 1]).Record(data + 2, [2, 2]).Record(data + 1, [3, 3]).Record(data + 50, new byte[50]).End().ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Pages.AssertReads(vmcore, 0x1000, [1, 3, 3, 2, 1, 1, 0, 0, 0]);
    }

    [Fact]
    public void SurvivesBeingCutAnywhere()
    {
        HostileCheck.SurvivesCuts(_files, FlattenedWriter.Wrap(Kdump(), 3000), Memory(), 0x1000);

        // Without the garbage header the inner dump is seen however early the cut is.
        byte[] kdump = Kdump();
        var flattened = new FlattenedWriter();
        for (int at = 0; at < kdump.Length; at += 2000)
        {
            flattened.Record(at, kdump.AsSpan(at, Math.Min(2000, kdump.Length - at)));
        }

        HostileCheck.SurvivesCuts(_files, flattened.End().ToArray(), Memory(), 0x1000);
    }

    [Fact]
    public void ReportsAMissingEndMark()
    {
        byte[] dump = FlattenedWriter.Wrap(Kdump());
        using Vmcore vmcore = _files.Open(dump[..^16]);
        Assert.False(vmcore.IsComplete);
        Assert.Contains("without its end mark", Assert.Single(vmcore.Warnings));
        Pages.AssertReads(vmcore, 0x1000, Memory());
    }

    [Theory]
    [InlineData(-2L, 100L)]
    [InlineData(0L, 0L)]
    [InlineData(0L, -1L)]
    [InlineData(long.MaxValue, 100L)]
    [InlineData(long.MinValue, long.MinValue)]
    public void StopsAtADamagedRecordAndKeepsThoseBefore(long offset, long size)
    {
        byte[] kdump = Kdump();
        byte[] dump = new FlattenedWriter().Record(0, kdump).Header(offset, size, new byte[100]).End().ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.False(vmcore.IsComplete);
        Assert.Contains("flattened record at byte", Assert.Single(vmcore.Warnings));
        Pages.AssertReads(vmcore, 0x1000, Memory());
    }

    [Fact]
    public void AcceptsARecordFarAwayWithoutMaterialisingIt()
    {
        byte[] dump = new FlattenedWriter().Record(0, Kdump()).Record(1L << 62, [1]).End().ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Pages.AssertReads(vmcore, 0x1000, Memory());
    }

    [Fact]
    public void RefusesAWrapperInsideAWrapper()
    {
        byte[] dump = FlattenedWriter.Wrap(FlattenedWriter.Wrap(Kdump()));
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => _files.Open(dump));
        Assert.Equal(FormatError.Unsupported, error.Error);
        Assert.Contains("another flattened dump", error.Message);
    }

    [Fact]
    public void RefusesUnknownTypesAndVersions()
    {
        Assert.Equal(FormatError.Unsupported, Assert.Throws<DumpFormatException>(() => _files.Open(new FlattenedWriter(2, 1).End().ToArray())).Error);
        Assert.Equal(FormatError.Unsupported, Assert.Throws<DumpFormatException>(() => _files.Open(new FlattenedWriter(1, 2).End().ToArray())).Error);
    }

    [Fact]
    public void RejectsMoreRecordsThanTheLimit()
    {
        byte[] dump = FlattenedWriter.Wrap(Kdump(), 1000);
        DumpFormatException error = Assert.Throws<DumpFormatException>(
            () => _files.Open(dump, new DumpOptions { Limits = new DumpLimits { MaxFlattenedRecords = 3 } }));
        Assert.Equal(FormatError.LimitExceeded, error.Error);
    }
}
