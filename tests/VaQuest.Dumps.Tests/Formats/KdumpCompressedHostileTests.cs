// KdumpCompressedHostileTests: kdump-compressed dumps with one thing wrong each.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class KdumpCompressedHostileTests : IDisposable
{
    private static readonly PageCompression[] s_methods =
        [PageCompression.Raw, PageCompression.Zlib, PageCompression.Lzo, PageCompression.Snappy, PageCompression.Zstd];

    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static KdumpWriter Writer(int version = 6)
    {
        var writer = new KdumpWriter { Version = version, Notes = new NoteWriter().AddPrStatus64(1, 336), EraseInfo = "erase x size 1\n" };
        for (ulong pfn = 1; pfn <= 10; pfn++)
        {
            byte[] bytes = Compressible(pfn);
            writer.Page(pfn, bytes, s_methods[pfn % 5]);
        }

        return writer;
    }

    /// <summary>A page that every method makes smaller.</summary>
    private static byte[] Compressible(ulong pfn)
    {
        byte[] bytes = Pages.Make(pfn);
        bytes.AsSpan(1000).Fill((byte)pfn);
        return bytes;
    }

    private static void Put(byte[] dump, long at, int size, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bytes[..size].CopyTo(dump.AsSpan((int)at));
    }

    public static TheoryData<string, int> Fields() => new()
    {
        { "status", 4 }, { "block_size", 4 }, { "sub_hdr_size", 4 }, { "bitmap_blocks", 4 }, { "max_mapnr", 4 }, { "nr_cpus", 4 },
        { "split", 4 }, { "start_pfn", 8 }, { "end_pfn", 8 }, { "offset_vmcoreinfo", 8 }, { "size_vmcoreinfo", 8 },
        { "offset_note", 8 }, { "size_note", 8 }, { "offset_eraseinfo", 8 }, { "size_eraseinfo", 8 },
        { "start_pfn_64", 8 }, { "end_pfn_64", 8 }, { "max_mapnr_64", 8 },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void SurvivesEveryFieldAtItsExtremes(string field, int size)
    {
        foreach (int version in new[] { 5, 6 })
        {
            KdumpWriter writer = Writer(version);
            byte[] sound = writer.ToArray();
            if (!writer.Places.TryGetValue(field, out long at))
            {
                continue;
            }

            ulong sign = 1ul << ((size * 8) - 1);
            foreach (ulong value in new ulong[] { 0, 1, ulong.MaxValue, sign, sign - 1, 1ul << 20, ulong.MaxValue - 0xfff })
            {
                byte[] dump = [.. sound];
                Put(dump, at, size, value);
                HostileCheck.OpensOrRefuses(_files, dump, $"version {version}, {field} = 0x{value:x}");
            }
        }
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(8, 4)]
    [InlineData(12, 4)]
    public void SurvivesEveryDescriptorFieldAtItsExtremes(int field, int size)
    {
        KdumpWriter writer = Writer();
        byte[] sound = writer.ToArray();
        ulong sign = 1ul << ((size * 8) - 1);
        foreach (ulong value in new ulong[] { 0, 1, ulong.MaxValue, sign, sign - 1, 4096, 4097, 24, 0x24, 0x40, (ulong)sound.Length - 1, (ulong)sound.Length })
        {
            byte[] dump = [.. sound];
            for (ulong pfn = 1; pfn <= 10; pfn++)
            {
                Put(dump, writer.Places[$"descriptor {pfn}"] + field, size, value);
            }

            HostileCheck.OpensOrRefuses(_files, dump, $"descriptor +{field} = 0x{value:x}");
        }
    }

    [Fact]
    public void SurvivesBeingCutAnywhere()
    {
        byte[] memory = Enumerable.Range(1, 10).SelectMany(pfn => Compressible((ulong)pfn)).ToArray();
        HostileCheck.SurvivesCuts(_files, Writer().ToArray(), memory, 0x1000);
    }

    [Fact]
    public void SurvivesNoiseInCompressedPages()
    {
        byte[] page = Compressible(1);
        var random = new Random(20261123);
        foreach (PageCompression method in s_methods)
        {
            for (int i = 0; i < 200; i++)
            {
                byte[] stored = KdumpWriter.Compress(page, method);
                for (int k = random.Next(1, 4); k > 0; k--)
                {
                    stored[random.Next(stored.Length)] = (byte)random.Next(256);
                }

                using Vmcore vmcore = _files.Open(new KdumpWriter().Page(0, page, method, stored).Page(1, page).ToArray());
                ReadStatus status = vmcore.Memory.Read(new PhysAddr(0), new byte[4096]).Status;
                Assert.True(status is ReadStatus.Ok or ReadStatus.Corrupt, $"{method}: {status}");
                Pages.AssertReads(vmcore, 0x1000, page);
            }
        }
    }

    [Fact]
    public void CallsAPageCorruptThatDoesNotFillItsPage()
    {
        foreach (PageCompression method in s_methods.Skip(1))
        {
            foreach (int size in new[] { 1, 4095, 4097, 100_000 })
            {
                byte[] stored = KdumpWriter.Compress(new byte[size], method);
                using Vmcore vmcore = _files.Open(new KdumpWriter().Page(0, [], method, stored).Page(1, Pages.Make(1)).ToArray());
                Pages.AssertStops(vmcore, 0, 4096, ReadStatus.Corrupt, 0);
                Pages.AssertStops(vmcore, 0x10, 0x10, ReadStatus.Corrupt, 0x10);
                Pages.AssertReads(vmcore, 0x1000, Pages.Make(1));
            }
        }
    }

    [Fact]
    public void CallsAZlibPageCorruptWhenItsChecksumIsWrong()
    {
        byte[] stored = KdumpWriter.Compress(Compressible(1), PageCompression.Zlib);
        stored[^1] ^= 1;
        using Vmcore vmcore = _files.Open(new KdumpWriter().Page(0, [], PageCompression.Zlib, stored).ToArray());
        Pages.AssertStops(vmcore, 0, 4096, ReadStatus.Corrupt, 0);
    }

    [Fact]
    public void TellsBadDescriptorsApart()
    {
        KdumpWriter writer = Writer();
        byte[] dump = writer.ToArray();
        Put(dump, writer.Places["descriptor 1"], 8, 0x8000000000000000);
        Put(dump, writer.Places["descriptor 2"], 8, 4096);
        Put(dump, writer.Places["descriptor 3"] + 8, 4, 0);
        Put(dump, writer.Places["descriptor 4"] + 8, 4, 4097);
        Put(dump, writer.Places["descriptor 5"] + 8, 4, 100);
        Put(dump, writer.Places["descriptor 6"] + 12, 4, 3);
        Put(dump, writer.Places["descriptor 7"] + 12, 4, 0x40);
        Put(dump, writer.Places["descriptor 8"], 8, 0);
        Put(dump, writer.Places["descriptor 9"], 8, (ulong)dump.Length - 2);
        using Vmcore vmcore = _files.Open(dump);
        ReadStatus[] expected =
        [
            ReadStatus.Corrupt, ReadStatus.Corrupt, ReadStatus.Corrupt, ReadStatus.Corrupt, ReadStatus.Corrupt, ReadStatus.Corrupt,
            ReadStatus.Unsupported, ReadStatus.Truncated, ReadStatus.Truncated, ReadStatus.Ok,
        ];
        ReadStatus[] actual = Enumerable.Range(1, 10).Select(pfn => vmcore.Memory.Read(new PhysAddr((ulong)pfn * 4096), new byte[4096]).Status).ToArray();
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("block_size", 12345u, "block size is 12345")]
    [InlineData("block_size", 0x20000u, "block size is 131072")]
    [InlineData("sub_hdr_size", 0u, "sub header has 0 blocks")]
    [InlineData("bitmap_blocks", 0u, "page bitmaps have no blocks")]
    public void RejectsImpossibleHeaders(string field, uint value, string sentence)
    {
        KdumpWriter writer = Writer();
        byte[] dump = writer.ToArray();
        Put(dump, writer.Places[field], 4, value);
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => _files.Open(dump));
        Assert.Equal(FormatError.BadHeader, error.Error);
        Assert.Contains(sentence, error.Message);
    }

    [Fact]
    public void RejectsBitmapSmallerThanMaxMapnr()
    {
        KdumpWriter writer = Writer();
        byte[] dump = writer.ToArray();
        Put(dump, writer.Places["max_mapnr_64"], 8, (2 * 4096 * 8) + 1);
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => _files.Open(dump));
        Assert.Equal(FormatError.BadHeader, error.Error);
        Assert.Contains("too few for 65537 pages", error.Message);
    }

    [Fact]
    public void RejectsBitmapsAboveTheLimit()
    {
        byte[] dump = new KdumpWriter { MaxMapnr = 10_000_000 }.Page(1, Pages.Make(1)).ToArray();
        DumpFormatException error = Assert.Throws<DumpFormatException>(
            () => _files.Open(dump, new DumpOptions { Limits = new DumpLimits { MaxBitmapBytes = 1 << 20 } }));
        Assert.Equal(FormatError.LimitExceeded, error.Error);
        _files.Open(dump).Dispose();
    }

    [Fact]
    public void RejectsASplitMemberWhoseRangeIsBackwards()
    {
        byte[] dump = new KdumpWriter { Split = (8, 3) }.Page(9, Pages.Make(1)).ToArray();
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => _files.Open(dump));
        Assert.Equal(FormatError.BadValue, error.Error);
    }

    [Fact]
    public void ToleratesBitmapsThatEndBeforeTheirBlocks()
    {
        // The parts of a split dump without pages end right after the bytes of the second bitmap that are used.
        KdumpWriter writer = new KdumpWriter { Split = (50, 50), MaxMapnr = 50 }.Page(3, Pages.Make(3));
        byte[] dump = writer.ToArray();
        using Vmcore vmcore = _files.Open(dump[..(int)(writer.Places["dumped"] + 7)]);
        Pages.AssertStops(vmcore, 0x3000, 8, ReadStatus.InAnotherFile, 0x3000);
        Assert.Contains("split", Assert.Single(vmcore.Warnings));
    }

    [Fact]
    public void SurvivesAFileThatShrinksWhileItIsOpen()
    {
        KdumpWriter writer = Writer();
        byte[] dump = writer.ToArray();
        string path = _files.Write(dump);
        using Vmcore vmcore = VmcoreFile.Open(path);
        using (FileStream file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(writer.Places["page 5"]);
        }

        Pages.AssertReads(vmcore, 0x4000, Compressible(4));
        Assert.Equal(ReadStatus.Truncated, vmcore.Memory.Read(new PhysAddr(0x5000), new byte[10]).Status);
    }

    [Fact]
    public void AnswersReadsAfterClosingWithAnIoError()
    {
        Vmcore vmcore = _files.Open(Writer().ToArray());
        vmcore.Dispose();
        Assert.Equal(ReadStatus.IoError, vmcore.Memory.Read(new PhysAddr(0x1000), new byte[10]).Status);
    }
}
