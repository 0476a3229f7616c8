// ElfVmcoreTests: ELF vmcores of both classes and byte orders, and the quirks of their producers.
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class ElfVmcoreTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(true, false, 62, "x86_64", 8)]
    [InlineData(true, true, 22, "s390x", 8)]
    [InlineData(true, false, 21, "ppc64le", 8)]
    [InlineData(true, true, 21, "ppc64", 8)]
    [InlineData(true, false, 183, "aarch64", 8)]
    [InlineData(false, false, 3, "i386", 4)]
    [InlineData(false, true, 20, "ppc", 4)]
    [InlineData(true, false, 3, "i386", 4)]
    [InlineData(true, false, 4711, "unknown", 8)]
    public void ReadsEveryClassAndOrder(bool is64, bool isBigEndian, int machine, string architecture, int wordSize)
    {
        var writer = new ElfVmcoreWriter { Is64 = is64, IsBigEndian = isBigEndian, Machine = (ushort)machine };
        byte[] dump = writer.Notes(new NoteWriter(isBigEndian).AddVmcoreinfo()).Segment(0x10000, Pages.Make(1, 0x3000)).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.Equal("elf", vmcore.Format);
        Assert.Equal(architecture, vmcore.Architecture);
        Assert.Equal(wordSize, vmcore.WordSize);
        Assert.Equal(isBigEndian, vmcore.IsBigEndian);
        Assert.Equal("6.1.0-test", vmcore.Vmcoreinfo.Release);
        Assert.Equal(4096, vmcore.PageSize);
        Assert.Equal(0x3000ul, vmcore.PhysicalBytes);
        Assert.True(vmcore.IsComplete);
        Assert.Empty(vmcore.Warnings);
        Pages.AssertReads(vmcore, 0x10000, Pages.Make(1, 0x3000));
        Pages.AssertReads(vmcore, 0x11234, Pages.Make(1, 0x3000).AsSpan(0x1234, 0x100));
        Pages.AssertStops(vmcore, 0x12ff0, 0x20, ReadStatus.NotInDump, 0x13000);
        Pages.AssertStops(vmcore, 0xfff0, 0x20, ReadStatus.NotInDump, 0xfff0);
    }

    [Fact]
    public void ReadsRegistersOfEveryArchitecture()
    {
        (ushort Machine, bool IsBigEndian, int NoteBytes, int RegisterBytes)[] cases =
            [(62, false, 336, 216), (183, false, 392, 272), (21, true, 504, 384), (22, true, 336, 216), (243, false, 376, 256), (258, false, 480, 360)];
        foreach ((ushort machine, bool isBigEndian, int noteBytes, int registerBytes) in cases)
        {
            NoteWriter notes = new NoteWriter(isBigEndian).AddPrStatus64(42, noteBytes, 0x1122334455667788).AddPrStatus64(43, 120);
            var writer = new ElfVmcoreWriter { Machine = machine, IsBigEndian = isBigEndian };
            using Vmcore vmcore = _files.Open(writer.Notes(notes).Segment(0, new byte[16]).ToArray());
            CpuNote cpu = Assert.Single(vmcore.CpuNotes);
            Assert.Equal(42, cpu.ProcessId);
            Assert.Equal(registerBytes, cpu.Registers.Length);
            Assert.Equal(0x1122334455667788ul, new SpanReader(cpu.Registers.Span, isBigEndian).ReadUInt64());

            // A note too small for its registers is left out with a warning, not read beyond its end.
            Assert.Contains("too few", Assert.Single(vmcore.Warnings));
        }
    }

    [Fact]
    public void ReadsRegistersOf32Bit()
    {
        var writer = new ElfVmcoreWriter { Is64 = false, Machine = 3 };
        using Vmcore vmcore = _files.Open(writer.Notes(new NoteWriter().AddPrStatus32(5, 144, 0x11223344)).Segment(0, new byte[16]).ToArray());
        CpuNote cpu = Assert.Single(vmcore.CpuNotes);
        Assert.Equal((5, 68), (cpu.ProcessId, cpu.Registers.Length));
    }

    [Fact]
    public void ReadsQemusHeaderWithProgramHeadersFarAway()
    {
        NoteWriter notes = new NoteWriter().AddPrStatus64(1, 336).AddQemu(0xffffffff81abcdef, 0x1234000, 0xfffffe0000000000);
        var writer = new ElfVmcoreWriter { HeaderSize = 8, ProgramHeadersAt = 192, ProgramHeaderBytes = 64 };
        using Vmcore vmcore = _files.Open(writer.Notes(notes).Segment(0, Pages.Make(0)).Segment(0xfffc0000, Pages.Make(1)).ToArray());
        Pages.AssertReads(vmcore, 0xfffc0000, Pages.Make(1));
        QemuCpuState state = Assert.Single(vmcore.QemuCpus);
        Assert.Equal((0x1234000ul, 0xfffffe0000000000ul), (state.Cr3, state.IdtBase));
    }

    [Fact]
    public void ReadsTheExtendedProgramHeaderCount()
    {
        foreach (bool is64 in new[] { true, false })
        {
            var writer = new ElfVmcoreWriter { UsesExtendedCount = true, Is64 = is64, Machine = (ushort)(is64 ? 62 : 3) };
            for (ulong i = 0; i < 70000; i++)
            {
                writer.Segment(i * 0x2000, [unchecked((byte)i)]);
            }

            using Vmcore vmcore = _files.Open(writer.ToArray());
            Assert.Equal(70000, vmcore.Ranges.Count);
            Pages.AssertReads(vmcore, 69999 * 0x2000, [unchecked((byte)69999)]);
        }
    }

    [Fact]
    public void UsesTheSegmentThatHasTheBytesWhereSegmentsOverlap()
    {
        byte[] memory = Pages.Make(7, 0x6000);
        byte[] dump = new ElfVmcoreWriter()
            .Segment(0x1000, memory[..0x1800], memoryBytes: 0x6000)
            .Segment(0x2000, memory[0x1000..0x4000], memoryBytes: 0x5000)
            .Segment(0x4800, memory[0x3800..0x5000])
            .ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Pages.AssertReads(vmcore, 0x1000, memory.AsSpan(0, 0x5000));
        Pages.AssertStops(vmcore, 0x5ff8, 16, ReadStatus.Excluded, 0x6000);
        Pages.AssertStops(vmcore, 0x6ff8, 16, ReadStatus.Excluded, 0x6ff8);
        Pages.AssertStops(vmcore, 0x7000, 16, ReadStatus.NotInDump, 0x7000);
        Assert.Equal([new PhysicalRange(new PhysAddr(0x1000), 0x6000)], vmcore.Ranges);
        Assert.Equal([new PhysicalRange(new PhysAddr(0x1000), 0x5000)], vmcore.Pages!.EnumeratePresent());
        Assert.Equal(PageState.Present, vmcore.Pages.StateOf(new Pfn(1)));
        Assert.Equal(PageState.Excluded, vmcore.Pages.StateOf(new Pfn(6)));
        Assert.Equal(PageState.Hole, vmcore.Pages.StateOf(new Pfn(0)));
    }

    [Fact]
    public void AssemblesAPageFromPartsOfSegments()
    {
        byte[] page = Pages.Make(5);
        byte[] dump = new ElfVmcoreWriter().Segment(0x5000, page[..0x123]).Segment(0x5123, page[0x123..0x800]).Segment(0x5800, page[0x800..]).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Pages.AssertReads(vmcore, 0x5000, page);
        Assert.Equal(PageState.Present, vmcore.Pages!.StateOf(new Pfn(5)));
        Assert.Equal([new PhysicalRange(new PhysAddr(0x5000), 0x1000)], vmcore.Ranges);
    }

    [Fact]
    public void LeavesOutSegmentsWithoutAPhysicalAddress()
    {
        byte[] dump = new ElfVmcoreWriter()
            .Segment(ulong.MaxValue, Pages.Make(1), memoryBytes: 1ul << 45, virtualAddress: 0xffffc90000000000)
            .Segment(0x1000, Pages.Make(2)).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.Equal(4096ul, vmcore.PhysicalBytes);
        Assert.Empty(vmcore.Warnings);
    }

    [Fact]
    public void TakesASegmentWithOffsetMinusOneAsLeftOut()
    {
        byte[] dump = new ElfVmcoreWriter().Segment(0x1000, [], memoryBytes: 0x1000, offset: ulong.MaxValue, fileBytes: 0x1000).Segment(0x4000, Pages.Make(2)).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Pages.AssertReads(vmcore, 0x4000, Pages.Make(2));
        Assert.NotEqual(ReadStatus.Ok, vmcore.Memory.Read(new PhysAddr(0x1000), new byte[8]).Status);
    }

    [Fact]
    public void TellsTruncatedFromExcluded()
    {
        byte[] dump = new ElfVmcoreWriter().Notes(new NoteWriter().AddVmcoreinfo()).Segment(0x1000, Pages.Make(1, 0x4000), memoryBytes: 0x6000).ToArray();
        using Vmcore vmcore = _files.Open(dump[..^0x1f00]);
        Pages.AssertStops(vmcore, 0x1000, 0x4000, ReadStatus.Truncated, 0x3100);
        Pages.AssertStops(vmcore, 0x5000, 8, ReadStatus.Excluded, 0x5000);
        Assert.False(vmcore.IsComplete);
        Assert.Contains("the file ends at byte", Assert.Single(vmcore.Warnings));
        Assert.Equal(PageState.Lost, vmcore.Pages!.StateOf(new Pfn(3)));
    }

    [Fact]
    public void ReportsMakedumpfilesIncompleteMark()
    {
        using Vmcore vmcore = _files.Open(new ElfVmcoreWriter { Flags = 1 }.Segment(0, Pages.Make(1)).ToArray());
        Assert.False(vmcore.IsComplete);
        Assert.Contains("incomplete", Assert.Single(vmcore.Warnings));
    }

    [Fact]
    public void ReadsTheEraseLogWithControlBytesEscaped()
    {
        NoteWriter notes = new NoteWriter().Add("ERASEINFO", 0, "erase a size 4\nerase \u001b[31mb size 8\n"u8);
        using Vmcore vmcore = _files.Open(new ElfVmcoreWriter().Notes(notes).Segment(0, new byte[8]).ToArray());
        Assert.Equal(["erase a size 4", "erase \\x1b[31mb size 8"], vmcore.EraseInfo);
    }

    [Theory]
    [InlineData("PAGESIZE=65536\n", 65536, false)]
    [InlineData("PAGESIZE=4097\n", 4096, true)]
    [InlineData("PAGESIZE=0\n", 4096, true)]
    [InlineData("PAGESIZE=\n", 4096, false)]
    public void TakesThePageSizeFromVmcoreinfoWhenItIsPossible(string text, int pageSize, bool warns)
    {
        using Vmcore vmcore = _files.Open(new ElfVmcoreWriter().Notes(new NoteWriter().AddVmcoreinfo(text)).Segment(0, new byte[8]).ToArray());
        Assert.Equal(pageSize, vmcore.PageSize);
        Assert.Equal(warns, vmcore.Warnings.Count == 1);
    }
}
