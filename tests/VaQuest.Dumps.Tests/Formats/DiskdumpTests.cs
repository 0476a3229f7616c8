// DiskdumpTests: diskdumps of RHEL 3 and 4: savecore's files, raw and compressed, and images of the dump partition.
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class DiskdumpTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static DiskdumpWriter Fill(DiskdumpWriter writer)
    {
        for (ulong pfn = 1; pfn <= 20; pfn++)
        {
            writer.Page(pfn, Page(pfn, writer.BlockSize));
        }

        return writer;
    }

    private static byte[] Page(ulong pfn, int size = 4096) => pfn % 3 == 0 ? Pages.Make(pfn, size) : PageContents.MakeCompressible(pfn, size);

    private static byte[] Memory(int size = 4096) => Enumerable.Range(1, 20).SelectMany(pfn => Page((ulong)pfn, size)).ToArray();

    public static TheoryData<bool, bool, bool, int, bool, string, string> Kinds() => new()
    {
        { false, false, false, 4, false, "i686", "i386" },
        { false, true, false, 4, false, "i686", "i386" },
        { false, true, false, 8, false, "x86_64", "x86_64" },
        { false, true, false, 8, true, "ppc64", "ppc64" },
        { false, false, true, 8, false, "x86_64", "x86_64" },
        { true, false, false, 4, false, "i686", "i386" },
        { true, false, false, 8, false, "x86_64", "x86_64" },
        { true, false, false, 8, true, "ppc64", "ppc64" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadsEveryKind(bool isPartition, bool isCompressed, bool isRaw, int wordSize, bool isBigEndian, string machine, string architecture)
    {
        var writer = new DiskdumpWriter
        {
            IsPartition = isPartition, IsCompressed = isCompressed, IsRaw = isRaw, WordSize = wordSize, IsBigEndian = isBigEndian, Machine = machine,
        };
        using Vmcore vmcore = _files.Open(Fill(writer).Excluded(21).ToArray());
        Assert.Equal(("diskdump", architecture), (vmcore.Format, vmcore.Architecture));
        Assert.Equal(isCompressed ? ["zlib"] : [], vmcore.Compression);
        Assert.Empty(vmcore.Warnings);
        Assert.True(vmcore.IsComplete);
        Assert.True(vmcore.Vmcoreinfo.IsEmpty);
        Pages.AssertReads(vmcore, 0x1000, Memory());
        Pages.AssertReads(vmcore, 0x1ff0, Memory().AsSpan(0xff0, 0x40));
        Pages.AssertStops(vmcore, 0x14ff0, 0x20, ReadStatus.Excluded, 0x15000);
        Pages.AssertStops(vmcore, 0x16000, 8, ReadStatus.NotInDump, 0x16000);
        Pages.AssertStops(vmcore, 0, 8, ReadStatus.NotInDump, 0);
        Assert.Equal([new PhysicalRange(new PhysAddr(0x1000), 20 * 4096)], vmcore.Pages!.EnumeratePresent());
        Assert.Equal([new PhysicalRange(new PhysAddr(0x1000), 21 * 4096)], vmcore.Ranges);
        Assert.Equal(PageState.Present, vmcore.Pages.StateOf(new Pfn(20)));
        Assert.Equal(PageState.Excluded, vmcore.Pages.StateOf(new Pfn(21)));
        Assert.Equal(PageState.Hole, vmcore.Pages.StateOf(new Pfn(22)));
    }

    [Fact]
    public void GivesTheCrashedCpusRegistersTheirPlace()
    {
        byte[] registers = Pages.Make(1, 68);
        using Vmcore vmcore = _files.Open(Fill(new DiskdumpWriter { Registers = registers, CurrentCpu = 2 }).ToArray());
        Assert.Equal(3, vmcore.CpuNotes.Count);
        Assert.True(vmcore.CpuNotes[0].IsEmpty && vmcore.CpuNotes[1].IsEmpty);
        Assert.Equal(registers, vmcore.CpuNotes[2].Registers.ToArray());
        Assert.Contains(vmcore.Details, detail => detail is { Key: "CPU that crashed", Value: "2" });
    }

    [Fact]
    public void TellsBlocksThatWereNeverWrittenByTheirMark()
    {
        // The kernel stopped in the middle: the header still says incomplete and counts no pages.
        using Vmcore vmcore = _files.Open(Fill(new DiskdumpWriter { IsPartition = true, Status = 1, WrittenPages = 12 }).ToArray());
        Assert.False(vmcore.IsComplete);
        Assert.Contains("marked incomplete", Assert.Single(vmcore.Warnings));
        Pages.AssertStops(vmcore, 0x1000, 20 * 4096, ReadStatus.Truncated, 0xd000);
    }

    [Fact]
    public void TellsPagesThatDidNotFitOntoThePartition()
    {
        using Vmcore vmcore = _files.Open(Fill(new DiskdumpWriter { IsPartition = true, WrittenPages = 15 }).ToArray());
        Assert.False(vmcore.IsComplete);
        Assert.Contains("5 of 20 pages are missing", Assert.Single(vmcore.Warnings));
        Pages.AssertStops(vmcore, 0x1000, 20 * 4096, ReadStatus.Truncated, 0x10000);
        Assert.Equal(PageState.Lost, vmcore.Pages!.StateOf(new Pfn(16)));
    }

    [Fact]
    public void TellsLostDescriptorsOfAnIncompleteFile()
    {
        using Vmcore vmcore = _files.Open(Fill(new DiskdumpWriter { IsCompressed = true, Status = 1, WrittenPages = 15 }).ToArray());
        Assert.False(vmcore.IsComplete);
        Assert.Contains("marked incomplete: pages are missing from physical 0x10000", Assert.Single(vmcore.Warnings));
    }

    [Fact]
    public void NamesAPartitionWithoutADump()
    {
        byte[] partition = Fill(new DiskdumpWriter { IsPartition = true }).ToArray();
        partition.AsSpan(4096, 8).Clear();
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => _files.Open(partition));
        Assert.Equal(FormatError.NotRecognized, error.Error);
        Assert.Contains("no dump was written to it", error.Message);

        // Without the chain of words behind it the text alone is nothing.
        partition.AsSpan(12, 4).Clear();
        Assert.Contains("not a crash dump VaQuest knows", Assert.Throws<DumpFormatException>(() => _files.Open(partition)).Message);
    }

    [Fact]
    public void RefusesAPartitionWithCompressedPages()
    {
        byte[] partition = Fill(new DiskdumpWriter { IsPartition = true, IsCompressed = true }).ToArray();
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => _files.Open(partition));
        Assert.Equal(FormatError.Unsupported, error.Error);
        Assert.Contains("savecore", error.Message);
    }

    [Theory]
    [InlineData(16384)]
    [InlineData(65536)]
    public void ReadsPartitionsWithLargerPages(int size)
    {
        using Vmcore vmcore = _files.Open(Fill(new DiskdumpWriter { IsPartition = true, BlockSize = size, WordSize = 8, Machine = "ia64" }).ToArray());
        Assert.Equal(size, vmcore.PageSize);
        Pages.AssertReads(vmcore, (ulong)size, Memory(size));
    }
}
