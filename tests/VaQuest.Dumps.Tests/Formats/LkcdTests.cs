// LkcdTests: LKCD dumps of all versions, compressions, word sizes and byte orders; pages in any order.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class LkcdTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static byte[] Page(ulong pfn, int size = 4096) => pfn % 3 == 0 ? Pages.Make(pfn, size) : PageContents.MakeCompressible(pfn, size);

    private static byte[] Memory(ulong first, ulong count, int size = 4096) =>
        Enumerable.Range(0, (int)count).SelectMany(i => Page(first + (ulong)i, size)).ToArray();

    private static LkcdWriter Fill(LkcdWriter writer, ulong first = 1, ulong count = 200)
    {
        for (ulong pfn = first; pfn < first + count; pfn++)
        {
            writer.Page(pfn, Page(pfn, writer.PageSize));
        }

        return writer;
    }

    public static TheoryData<int, int, bool, string, string> Versions()
    {
        var data = new TheoryData<int, int, bool, string, string>();
        foreach (int version in new[] { 1, 2, 3, 5, 6, 7, 8, 9, 10 })
        {
            data.Add(version, 4, false, "i686", "i386");
            data.Add(version, 8, false, "ia64", "ia64");
            data.Add(version, 8, true, "ppc64", "ppc64");
            data.Add(version, 4, true, "ppc", "ppc");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void ReadsEveryVersion(int version, int wordSize, bool isBigEndian, string machine, string architecture)
    {
        LkcdCompression[] methods = version < 5 ? [LkcdCompression.RunLength] : Enum.GetValues<LkcdCompression>();
        foreach (LkcdCompression method in methods)
        {
            var writer = new LkcdWriter
            {
                Version = version, WordSize = wordSize, IsBigEndian = isBigEndian, Machine = machine, Compression = method, BufferSize = 4096 << (version % 4),
            };
            using Vmcore vmcore = _files.Open(Fill(writer).Zero(201).ToArray());
            Assert.Equal(("lkcd", architecture, wordSize, isBigEndian), (vmcore.Format, vmcore.Architecture, vmcore.WordSize, vmcore.IsBigEndian));
            Assert.Empty(vmcore.Warnings);
            Assert.True(vmcore.IsComplete);
            Assert.Contains(vmcore.Details, detail => detail is { Key: "Release in header", Value: "2.6.5-test" });
            Assert.Contains(vmcore.Details, detail => detail is { Key: "Panic in header", Value: "Oops" });
            Assert.Contains(vmcore.Details, detail => detail is { Key: "Crashed at", Value: "2004-11-09 11:33:20Z" });
            Pages.AssertReads(vmcore, 0x1000, Memory(1, 200));
            Pages.AssertReads(vmcore, 201 * 4096, new byte[4096]);
            Pages.AssertStops(vmcore, 0, 8, ReadStatus.NotInDump, 0);
            Pages.AssertStops(vmcore, (202 * 4096) - 4, 8, ReadStatus.NotInDump, 202 * 4096);
            Assert.Equal([new PhysicalRange(new PhysAddr(0x1000), 201 * 4096)], vmcore.Ranges);
        }
    }

    [Theory]
    [InlineData(8192)]
    [InlineData(16384)]
    public void ReadsOtherPageSizes(int size)
    {
        using Vmcore vmcore = _files.Open(Fill(new LkcdWriter { PageSize = size, Machine = "alpha" }).ToArray());
        Assert.Equal(size, vmcore.PageSize);
        Pages.AssertReads(vmcore, (ulong)size, Memory(1, 200, size));
    }

    [Fact]
    public void ReadsPagesInAnyOrder()
    {
        ulong[] order = Enumerable.Range(0, 500).Select(i => (ulong)i).ToArray();
        new Random(5).Shuffle(order);
        var writer = new LkcdWriter();
        foreach (ulong pfn in order)
        {
            writer.Page(pfn, Page(pfn));
        }

        using Vmcore vmcore = _files.Open(writer.ToArray());
        Assert.True(vmcore.IsComplete);
        Pages.AssertReads(vmcore, 0, Memory(0, 500));
        Assert.Equal([new PhysicalRange(new PhysAddr(0), 500 * 4096)], vmcore.Ranges);
    }

    [Fact]
    public void ReadsPassesThatGoOverMemoryAgain()
    {
        // Later kernels wrote kernel pages in a first pass and the rest in a second.
        var writer = new LkcdWriter();
        foreach (ulong parity in new ulong[] { 0, 1 })
        {
            for (ulong pfn = parity; pfn < 300; pfn += 2)
            {
                writer.Page(pfn, Page(pfn));
            }
        }

        using Vmcore vmcore = _files.Open(writer.ToArray());
        Pages.AssertReads(vmcore, 0, Memory(0, 300));
    }

    [Fact]
    public void KeepsTheFirstOfPagesThatAreThereTwice()
    {
        using Vmcore vmcore = _files.Open(Fill(new LkcdWriter(), 1, 10).Page(5, Page(99)).Page(70, Page(70)).Page(70, Page(98)).ToArray());
        Assert.StartsWith("2 pages are in the dump more than once", Assert.Single(vmcore.Warnings));
        Pages.AssertReads(vmcore, 0x1000, Memory(1, 10));
        Pages.AssertReads(vmcore, 70 * 4096, Page(70));
    }

    [Fact]
    public void LeavesGapsAndFarPagesAbsent()
    {
        using Vmcore vmcore = _files.Open(new LkcdWriter().Page(63, Page(63)).Page(64, Page(64)).Page(1ul << 36, Page(7)).ToArray());
        Pages.AssertReads(vmcore, 63 * 4096, Memory(63, 2));
        Pages.AssertReads(vmcore, (1ul << 48) + 5, Page(7).AsSpan(5, 100));
        Pages.AssertStops(vmcore, 65 * 4096, 8, ReadStatus.NotInDump, 65 * 4096);
        Assert.Equal([new PhysicalRange(new PhysAddr(63 * 4096), 8192), new PhysicalRange(new PhysAddr(1ul << 48), 4096)], vmcore.Ranges);
        Assert.Equal([PageState.Hole, PageState.Present, PageState.Hole], new ulong[] { 62, 63, 65 }.Select(pfn => vmcore.Pages!.StateOf(new Pfn(pfn))));
    }

    [Theory]
    [InlineData(0x80000000u)]
    [InlineData(0x40000000u)]
    public void ReadsPageNumbersOfMissionCriticalsVariant(uint bits)
    {
        using Vmcore vmcore = _files.Open(Fill(new LkcdWriter { Version = 3, MclxBits = bits, WordSize = 4, Machine = "i686" }).ToArray());
        Pages.AssertReads(vmcore, 0x1000, Memory(1, 200));
        Assert.Contains(vmcore.Details, detail => detail.Value == "3, Mission Critical's variant");
    }

    [Fact]
    public void ReadsVirtualAddressesOfTheFirstVersion()
    {
        using Vmcore vmcore = _files.Open(Fill(new LkcdWriter { Version = 1, WordSize = 4, Machine = "i686", AddressBase = 0xc0000000 }, 0).ToArray());
        Pages.AssertReads(vmcore, 0, Memory(0, 200));
    }

    [Fact]
    public void TellsALiveDump()
    {
        using Vmcore vmcore = _files.Open(Fill(new LkcdWriter { Magic = 0xa8190173618f23cd }).ToArray());
        Assert.Contains("not of one moment", Assert.Single(vmcore.Warnings));
        Assert.True(vmcore.IsComplete);
    }

    [Theory]
    [InlineData("x86_64", 8, 21, 216)]
    [InlineData("i686", 4, 15, 68)]
    public void ReadsTheRegistersOfAllCpus(string machine, int wordSize, int words, int noteBytes)
    {
        byte[][] registers = [.. Enumerable.Range(0, 3).Select(cpu => Pages.Make((ulong)cpu + 50, words * wordSize))];
        var writer = new LkcdWriter { Version = 8, Machine = machine, WordSize = wordSize, DumpingCpu = 1 };
        using Vmcore vmcore = _files.Open(Fill(registers.Aggregate(writer, (all, cpu) => all.Cpu(cpu))).ToArray());
        Assert.Equal(3, vmcore.CpuNotes.Count);
        for (int cpu = 0; cpu < 3; cpu++)
        {
            Assert.Equal(noteBytes, vmcore.CpuNotes[cpu].Registers.Length);
            Assert.Equal(registers[cpu][..32], vmcore.CpuNotes[cpu].Registers[..32].ToArray());
        }

        // i386: fs and gs lie between es and orig_eax in a note, and nowhere in LKCD's registers.
        int pcInRegisters = wordSize == 8 ? 16 * 8 : 10 * 4;
        int pcInNote = wordSize == 8 ? 16 * 8 : 12 * 4;
        Assert.Equal(registers[1][pcInRegisters..(pcInRegisters + wordSize)], vmcore.CpuNotes[1].Registers.Slice(pcInNote, wordSize).ToArray());
    }

    [Fact]
    public void ReadsTheRegistersOfOneCpuBeforeVersion8()
    {
        byte[] registers = Pages.Make(50, 60);
        using Vmcore vmcore = _files.Open(Fill(new LkcdWriter { Version = 5, WordSize = 4, Machine = "i686" }.Cpu(registers)).ToArray());
        Assert.Equal(registers[..36], Assert.Single(vmcore.CpuNotes).Registers[..36].ToArray());
    }

    [Fact]
    public void TellsADumpWithoutItsEndMark()
    {
        using Vmcore vmcore = _files.Open(Fill(new LkcdWriter { HasEndMark = false }).ToArray());
        Assert.False(vmcore.IsComplete);
        Assert.EndsWith("without the dump's end mark; pages that would follow are missing (200 were found)", Assert.Single(vmcore.Warnings));
        Pages.AssertReads(vmcore, 0x1000, Memory(1, 200));
        Pages.AssertStops(vmcore, 201 * 4096, 8, ReadStatus.Truncated, 201 * 4096);
        using Vmcore marked = _files.Open(Fill(new LkcdWriter { EndFlags = 8 }).ToArray());
        Assert.Contains("cut short by the kernel", Assert.Single(marked.Warnings));
    }

    [Fact]
    public void StopsAtTheFirstPageHeaderThatMakesNoSense()
    {
        foreach ((string field, int size, ulong value) in new[] { ("dp_flags", 4, 0x100ul), ("dp_flags", 4, 3ul), ("dp_size", 4, 0xfffffffful), ("dp_address", 8, 0x123ul), ("dp_address", 8, 1ul << 52) })
        {
            LkcdWriter writer = Fill(new LkcdWriter());
            byte[] dump = writer.ToArray();
            int at = (int)writer.Places["page 100 " + field];
            if (size == 8)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(dump.AsSpan(at), value);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(dump.AsSpan(at), (uint)value);
            }

            using Vmcore vmcore = _files.Open(dump);
            Assert.False(vmcore.IsComplete);
            Assert.StartsWith(FormattableString.Invariant($"the page header at byte {writer.Places["page 100 dp_address"]} is damaged"), Assert.Single(vmcore.Warnings));
            Pages.AssertReads(vmcore, 0x1000, Memory(1, 99));
            Pages.AssertStops(vmcore, 100 * 4096, 8, ReadStatus.Truncated, 100 * 4096);
        }
    }

    [Fact]
    public void TellsPagesThatDoNotDecompress()
    {
        // A run past the page's end, a code cut in the middle, too few bytes, a literal too many.
        byte[][] damaged = [[.. Enumerable.Repeat<byte[]>([0, 255, 1], 17).SelectMany(code => code)], [1, 0], [1, 0, 5], [1, 2, 3], [.. RleWriter.Compress(Page(1)), 7]];
        var writer = new LkcdWriter().Page(0, Page(1));
        for (int i = 0; i < damaged.Length; i++)
        {
            writer.Page((ulong)i + 1, Page(1), stored: damaged[i]);
        }

        using Vmcore vmcore = _files.Open(writer.ToArray());
        Pages.AssertReads(vmcore, 0, Page(1));
        for (ulong pfn = 1; pfn <= (ulong)damaged.Length; pfn++)
        {
            Pages.AssertStops(vmcore, pfn * 4096, 4096, ReadStatus.Corrupt, pfn * 4096);
        }

        using Vmcore unknown = _files.Open(new LkcdWriter { Compression = (LkcdCompression)7 }.Page(1, Page(1), stored: [1, 2, 3]).ToArray());
        Pages.AssertStops(unknown, 0x1000, 8, ReadStatus.Unsupported, 0x1000);
    }

    [Fact]
    public void SkipsTestPatterns()
    {
        using Vmcore vmcore = _files.Open(new LkcdWriter().Page(1, Page(1)).Page(2, Page(2), stored: Page(77), flags: 0x11).Page(3, Page(3)).ToArray());
        Assert.True(vmcore.IsComplete);
        Pages.AssertStops(vmcore, 0x1000, 0x2000, ReadStatus.NotInDump, 0x2000);
        Pages.AssertReads(vmcore, 0x3000, Page(3));
    }

    [Fact]
    public void RejectsUnknownVersionsPageSizesAndPlaces()
    {
        Assert.Contains("LKCD dump of version 11; versions 1 to 10", Refusal(new LkcdWriter { Version = 11 }).Message);
        Assert.Equal(FormatError.Unsupported, Refusal(new LkcdWriter { Version = 11 }).Error);
        Assert.Contains("page size is 4097", Refusal(new LkcdWriter { PageSize = 4097 }).Message);
        Assert.Contains("leaves no room", Refusal(new LkcdWriter { BufferSize = 100 }).Message);
        Assert.Contains("before its first page", Assert.Throws<DumpFormatException>(() => _files.Open(Fill(new LkcdWriter()).ToArray()[..1000])).Message);
    }

    [Fact]
    public void BoundsTheIndexOfPagesInNoOrder()
    {
        var writer = new LkcdWriter();
        for (ulong pfn = 0; pfn < 10; pfn++)
        {
            writer.Page(pfn * 64, Page(pfn * 64));
        }

        byte[] dump = writer.ToArray();
        using Vmcore some = _files.Open(dump, new DumpOptions { Limits = new DumpLimits { MaxLkcdRuns = 9 } });
        Assert.Contains("in more than 9 places", Assert.Single(some.Warnings));
        using Vmcore all = _files.Open(dump, new DumpOptions { Limits = new DumpLimits { MaxLkcdRuns = 10 } });
        Assert.Empty(all.Warnings);
    }

    private DumpFormatException Refusal(LkcdWriter writer) => Assert.Throws<DumpFormatException>(() => _files.Open(Fill(writer, 1, 2).ToArray()));
}
