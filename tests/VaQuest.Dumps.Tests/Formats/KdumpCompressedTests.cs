// KdumpCompressedTests: kdump-compressed dumps of every version, width, byte order and method.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class KdumpCompressedTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    public static TheoryData<int, int, bool> VersionsWidthsAndOrders()
    {
        var data = new TheoryData<int, int, bool>();
        foreach (int version in Enumerable.Range(1, 6))
        {
            data.Add(version, 8, false);
            data.Add(version, 8, true);
            data.Add(version, 4, false);
            data.Add(version, 4, true);
        }

        return data;
    }

    /// <summary>QEMU writes 64-bit headers for a 32-bit guest: its words are those of the machine.</summary>
    [Fact]
    public void TakesTheWidthOfWordsFromTheMachine()
    {
        var writer = new KdumpWriter { Version = 6, WordSize = 8, Machine = "i686" };
        using Vmcore vmcore = _files.Open(writer.Page(3, Pages.Make(3), PageCompression.Zlib).ToArray());
        Assert.Equal(("i386", 4), (vmcore.Architecture, vmcore.WordSize));
    }

    [Theory]
    [MemberData(nameof(VersionsWidthsAndOrders))]
    public void ReadsEveryVersionWidthAndOrder(int version, int wordSize, bool isBigEndian)
    {
        var writer = new KdumpWriter
        {
            Version = version,
            WordSize = wordSize,
            IsBigEndian = isBigEndian,
            Machine = (wordSize, isBigEndian) switch { (8, false) => "x86_64", (8, true) => "s390x", (4, false) => "i686", _ => "ppc" },
            PhysBase = 0x1000000,
            EraseInfo = "erase saved_command_line size 82\n",
        };
        using Vmcore vmcore = _files.Open(writer.Page(3, Pages.Make(3), PageCompression.Zlib).Page(4, Pages.Make(4), PageCompression.Lzo).ToArray());
        Assert.Equal("kdump-compressed", vmcore.Format);
        Assert.Equal(wordSize, vmcore.WordSize);
        Assert.Equal(isBigEndian, vmcore.IsBigEndian);
        Assert.Equal(wordSize == 8 ? (isBigEndian ? "s390x" : "x86_64") : (isBigEndian ? "ppc" : "i386"), vmcore.Architecture);
        Assert.Equal(["zlib", "lzo"], vmcore.Compression);
        Assert.Equal(31, vmcore.DumpLevel);
        Assert.Equal(0x1000000ul, vmcore.HeaderPhysBase);
        Assert.Equal(version >= 3 ? "6.1.0-test" : null, vmcore.Vmcoreinfo.Release);
        Assert.Equal(version >= 5 ? ["erase saved_command_line size 82"] : [], vmcore.EraseInfo);
        Assert.True(vmcore.IsComplete);
        Assert.Empty(vmcore.Warnings);
        Pages.AssertReads(vmcore, 0x3000, Pages.Make(3));
        Pages.AssertReads(vmcore, 0x4010, Pages.Make(4).AsSpan(16, 100));
    }

    [Theory]
    [InlineData(PageCompression.Raw)]
    [InlineData(PageCompression.Zlib)]
    [InlineData(PageCompression.Lzo)]
    [InlineData(PageCompression.Snappy)]
    [InlineData(PageCompression.Zstd)]
    public void ReadsEveryMethod(PageCompression method)
    {
        var writer = new KdumpWriter();
        for (ulong pfn = 0; pfn < 300; pfn++)
        {
            byte[] bytes = Pages.Make(pfn);
            bool isSmaller = KdumpWriter.Compress(bytes, method).Length < bytes.Length;
            writer.Page(pfn, bytes, isSmaller ? method : PageCompression.Raw);
        }

        using Vmcore vmcore = _files.Open(writer.ToArray());
        byte[] all = Enumerable.Range(0, 300).SelectMany(pfn => Pages.Make((ulong)pfn)).ToArray();
        Pages.AssertReads(vmcore, 0, all);
        for (int at = 0; at < all.Length - 5000; at += 1733)
        {
            Pages.AssertReads(vmcore, (ulong)at, all.AsSpan(at, 5000));
        }
    }

    [Fact]
    public void TellsHolesExcludedAndZeroPagesApart()
    {
        byte[] dump = new KdumpWriter().Page(1, Pages.Make(1), PageCompression.Snappy).Zero(2).Excluded(3).Zero(5).Page(6, Pages.Make(6)).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Pages.AssertStops(vmcore, 0, 4096, ReadStatus.NotInDump, 0);
        Pages.AssertReads(vmcore, 0x2000, new byte[4096]);
        Pages.AssertReads(vmcore, 0x5000, new byte[4096]);
        Pages.AssertStops(vmcore, 0x1000, 0x3000, ReadStatus.Excluded, 0x3000);
        Pages.AssertStops(vmcore, 0x3ff0, 0x100, ReadStatus.Excluded, 0x3ff0);
        Pages.AssertStops(vmcore, 0x4000, 16, ReadStatus.NotInDump, 0x4000);
        Pages.AssertStops(vmcore, 0x6ff0, 0x100, ReadStatus.NotInDump, 0x7000);
        Pages.AssertStops(vmcore, ulong.MaxValue - 7, 16, ReadStatus.NotInDump, ulong.MaxValue - 7);
        PageState[] states = Enumerable.Range(0, 8).Select(pfn => vmcore.Pages!.StateOf(new Pfn((ulong)pfn))).ToArray();
        Assert.Equal(
            [PageState.Hole, PageState.Present, PageState.Present, PageState.Excluded, PageState.Hole, PageState.Present, PageState.Present, PageState.Hole],
            states);
        Assert.Equal(
            [new PhysicalRange(new PhysAddr(0x1000), 0x2000), new PhysicalRange(new PhysAddr(0x5000), 0x2000)], vmcore.Pages!.EnumeratePresent());
        Assert.Equal([new PhysicalRange(new PhysAddr(0x1000), 0x3000), new PhysicalRange(new PhysAddr(0x5000), 0x2000)], vmcore.Ranges);
        Assert.Equal(5ul * 4096, vmcore.PhysicalBytes);
        Assert.Equal(7ul, vmcore.Pages.EndPfn.Value);
    }

    [Fact]
    public void ReadsNotesAndRegisters()
    {
        NoteWriter notes = new NoteWriter().AddPrStatus64(1234, 336, Enumerable.Range(1, 27).Select(i => (ulong)i).ToArray())
            .AddPadding(24).AddPrStatus64(0, 336).AddVmcoreinfo();
        using Vmcore vmcore = _files.Open(new KdumpWriter { Notes = notes, Vmcoreinfo = null }.Page(0, Pages.Make(0)).ToArray());
        Assert.Equal(3, vmcore.Notes.Count);
        Assert.Equal(2, vmcore.CpuNotes.Count);
        Assert.Equal(1234, vmcore.CpuNotes[0].ProcessId);
        Assert.Equal(27 * 8, vmcore.CpuNotes[0].Registers.Length);
        Assert.Equal(17ul, BinaryPrimitives.ReadUInt64LittleEndian(vmcore.CpuNotes[0].Registers.Span[(16 * 8)..]));
        Assert.False(vmcore.CpuNotes[0].IsEmpty);
        Assert.True(vmcore.CpuNotes[1].IsEmpty);
        Assert.Equal("6.1.0-test", vmcore.Vmcoreinfo.Release);
    }

    [Fact]
    public void ReadsQemuStateAndFindsTheArchitectureByTheNotes()
    {
        NoteWriter notes = new NoteWriter().AddPrStatus64(1, 336).AddQemu(0xffffffff81000123, 0x2a0a000, 0xfffffe0000000000).AddQemu(1, 2, 3, version: 9);
        using Vmcore vmcore = _files.Open(new KdumpWriter { Notes = notes, Machine = "" }.Page(0, Pages.Make(0)).ToArray());
        Assert.Equal("x86_64", vmcore.Architecture);
        QemuCpuState state = Assert.Single(vmcore.QemuCpus);
        Assert.Equal((0xffffffff81000123ul, 0x2a0a000ul, 0xfffffe0000000000ul), (state.Rip, state.Cr3, state.IdtBase));
    }

    [Theory]
    [InlineData(false, "i686")]
    [InlineData(true, "armv7l")]
    public void ReadsBothSubHeaderLayoutsOf32Bit(bool isPadded, string machine)
    {
        var writer = new KdumpWriter { WordSize = 4, IsPadded = isPadded, Machine = machine, Notes = new NoteWriter().AddPrStatus32(7, 148), PhysBase = 0x80000000 };
        using Vmcore vmcore = _files.Open(writer.Page(1, Pages.Make(1)).ToArray());
        Assert.Equal("6.1.0-test", vmcore.Vmcoreinfo.Release);
        Assert.Equal(7, Assert.Single(vmcore.CpuNotes).ProcessId);

        // On ARM bit 0 of the bitmaps is the first page of RAM.
        Pages.AssertReads(vmcore, isPadded ? 0x80001000ul : 0x1000, Pages.Make(1));
        Pages.AssertStops(vmcore, isPadded ? 0x1000ul : 0x80001000, 8, ReadStatus.NotInDump, isPadded ? 0x1000ul : 0x80001000);
    }

    [Fact]
    public void ReadsASingleBitmapAsBoth()
    {
        using Vmcore vmcore = _files.Open(new KdumpWriter { HasSingleBitmap = true }.Page(1, Pages.Make(1)).Page(4, Pages.Make(4)).ToArray());
        Pages.AssertReads(vmcore, 0x4000, Pages.Make(4));
        Pages.AssertStops(vmcore, 0x2000, 8, ReadStatus.NotInDump, 0x2000);
        Assert.Equal(2ul * 4096, vmcore.PhysicalBytes);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(16384)]
    [InlineData(65536)]
    public void ReadsOtherPageSizes(int size)
    {
        var writer = new KdumpWriter { BlockSize = size };
        using Vmcore vmcore = _files.Open(writer.Page(9, Pages.Make(9, size), PageCompression.Lzo).Page(10, Pages.Make(10, size), PageCompression.Zstd).ToArray());
        Assert.Equal(size, vmcore.PageSize);
        Pages.AssertReads(vmcore, 9ul * (ulong)size, [.. Pages.Make(9, size), .. Pages.Make(10, size)]);
    }

    [Fact]
    public void ReadsASplitMemberForItsOwnRange()
    {
        var writer = new KdumpWriter { Split = (10, 20) };
        for (ulong pfn = 0; pfn < 30; pfn++)
        {
            writer.Page(pfn, Pages.Make(pfn), PageCompression.Zlib);
        }

        using Vmcore vmcore = _files.Open(writer.ToArray());
        Pages.AssertReads(vmcore, 10 * 4096, Pages.Make(10));
        Pages.AssertReads(vmcore, 19 * 4096, Pages.Make(19));
        Pages.AssertStops(vmcore, 9 * 4096, 8, ReadStatus.InAnotherFile, 9 * 4096);
        Pages.AssertStops(vmcore, 19 * 4096, 8192, ReadStatus.InAnotherFile, 20 * 4096);
        Assert.False(vmcore.IsComplete);
        Assert.Equal(2, vmcore.Warnings.Count);
        Assert.Contains("the file with pages 0 to 9 is not beside it", vmcore.Warnings[0]);
        Assert.Contains("the file with pages 20 to 29 is not beside it", vmcore.Warnings[1]);
    }

    [Fact]
    public void TellsWhatAnIncompleteDumpLost()
    {
        var writer = new KdumpWriter { LostFrom = 3, Status = 8 };
        for (ulong pfn = 0; pfn < 6; pfn++)
        {
            writer.Page(pfn, Pages.Make(pfn));
        }

        using Vmcore vmcore = _files.Open(writer.ToArray());
        Pages.AssertStops(vmcore, 0, 6 * 4096, ReadStatus.Truncated, 0x3000);
        Assert.Equal(PageState.Lost, vmcore.Pages!.StateOf(new Pfn(4)));
        Assert.False(vmcore.IsComplete);
        Assert.Contains("physical 0x3000", Assert.Single(vmcore.Warnings));
    }

    [Fact]
    public void NoticesACutFileWithoutTheIncompleteMark()
    {
        var writer = new KdumpWriter();
        for (ulong pfn = 0; pfn < 6; pfn++)
        {
            writer.Page(pfn, Pages.Make(pfn)).Zero(pfn + 100);
        }

        byte[] dump = writer.ToArray();
        using Vmcore vmcore = _files.Open(dump[..(int)(writer.Places["page 4"] + 10)]);
        Pages.AssertStops(vmcore, 0x3000, 0x2000, ReadStatus.Truncated, 0x4000);
        Assert.False(vmcore.IsComplete);
        Assert.Contains("physical 0x4000", Assert.Single(vmcore.Warnings));
    }
}
