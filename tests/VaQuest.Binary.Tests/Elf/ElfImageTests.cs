// ElfImageTests: what a well-formed ELF file reads as.
using System.IO.Compression;
using VaQuest.Binary.Elf;
using VaQuest.TestKit.Elf;
using Xunit;
using ZstdSharp;

namespace VaQuest.Binary.Tests.Elf;

public sealed class ElfImageTests
{
    private static readonly byte[] s_buildId = [0x3b, 0x43, 0xfa, 0xd5, 0x03, 0x48];

    public static TheoryData<bool, bool> Encodings => new() { { true, false }, { true, true }, { false, false }, { false, true } };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void ReadsHeaderSectionsAndSegments(bool is64, bool bigEndian)
    {
        var writer = new ElfWriter(is64, bigEndian) { Machine = 183 };
        writer.AddSection(".text", [1, 2, 3, 4], flags: 6, address: 0x1000, alignment: 16);
        writer.AddSection(".bss", [], type: 8, flags: 3, address: 0x2000, size: 0x500);
        writer.AddSegment(1, 0x1000, [1, 2, 3, 4], physical: 0x7000);

        ElfImage image = ElfImage.Parse(new ByteRegion(writer.Build()), "test");

        Assert.Equal(is64, image.Header.Is64Bit);
        Assert.Equal(bigEndian, image.Header.IsBigEndian);
        Assert.Equal(ElfType.Executable, image.Header.Type);
        Assert.Equal(ElfMachine.Aarch64, image.Header.Machine);
        ElfSection text = Assert.IsType<ElfSection>(image.FindSection(".text"));
        Assert.Equal((1, 0x1000UL, true, true), (text.Index, text.Address, text.IsAllocated, text.IsExecutable));
        Assert.Equal([1, 2, 3, 4], image.GetData(text).Span(0, 4).ToArray());
        Assert.True(image.GetData(image.FindSection(".bss")!).IsEmpty);
        Assert.Null(image.FindData(".bss"));
        Assert.Null(image.FindSection(".data"));
        ElfSegment segment = Assert.Single(image.Segments);
        Assert.Equal((0x1000UL, 0x7000UL, 4UL), (segment.VirtualAddress, segment.PhysicalAddress, segment.FileSize));
        Assert.Equal([1, 2, 3, 4], image.GetData(segment).Span(0, 4).ToArray());
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void ReadsBuildIdBehindOtherNotes(bool is64, bool bigEndian)
    {
        var writer = new ElfWriter(is64, bigEndian);
        byte[] notes = [.. ElfWriter.Note("Xen", 6, [1, 2, 3, 4, 5], bigEndian), .. ElfWriter.BuildIdNote(s_buildId, bigEndian)];
        writer.AddSection(".notes", notes, type: 7);

        ElfImage image = ElfImage.Parse(new ByteRegion(writer.Build()), "test");

        Assert.Equal("3b43fad50348", image.BuildId);
        Assert.Equal(["Xen", "GNU"], image.EnumerateNotes().Select(note => note.Owner));
    }

    [Fact]
    public void ReadsBuildIdFromSegmentWhenThereIsNoNoteSection()
    {
        var writer = new ElfWriter();
        writer.AddSegment(ElfSegment.Note, 0, ElfWriter.BuildIdNote(s_buildId));

        Assert.Equal("3b43fad50348", ElfImage.Parse(new ByteRegion(writer.Build()), "test").BuildId);
    }

    [Fact]
    public void HasNoBuildIdWithoutNotes() => Assert.Null(ElfImage.Parse(new ByteRegion(new ElfWriter().Build()), "test").BuildId);

    [Theory]
    [MemberData(nameof(Encodings))]
    public void ReadsCountsFromSectionZero(bool is64, bool bigEndian)
    {
        var writer = new ElfWriter(is64, bigEndian) { UseExtendedNumbering = true };
        writer.AddSection(".text", [0x90]);
        writer.AddSegment(1, 0x1000, [0x90]);
        writer.AddSymbol("start", 0x1000, section: 1);

        ElfImage image = ElfImage.Parse(new ByteRegion(writer.Build()), "test");

        Assert.Equal(["", ".text", ".symtab", ".strtab", ".symtab_shndx", ".shstrtab"], image.Sections.Select(s => s.Name));
        Assert.Single(image.Segments);
        Assert.Equal(1u, image.Symbols[1].SectionIndex);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void DecompressesZlibAndZstdSections(bool is64, bool bigEndian)
    {
        byte[] content = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i / 7))];
        var writer = new ElfWriter(is64, bigEndian);
        using var zstd = new Compressor();
        writer.AddSection(".debug_info", writer.Compressed(1, Deflate(content), 5000), flags: 0x800);
        writer.AddSection(".debug_line", writer.Compressed(2, zstd.Wrap(content).ToArray(), 5000), flags: 0x800);
        ByteAssembler old = new ByteAssembler(bigEndian: true).Bytes("ZLIB"u8).U64(5000).Bytes(Deflate(content));
        writer.AddSection(".zdebug_str", old.ToArray());

        ElfImage image = ElfImage.Parse(new ByteRegion(writer.Build()), "test");

        foreach (string name in new[] { ".debug_info", ".debug_line", ".debug_str" })
        {
            Assert.Equal(content, image.FindData(name)!.Value.Span(0, 5000).ToArray());
        }
    }

    [Fact]
    public void DecompressesOnceForManyThreads()
    {
        byte[] content = new byte[100_000];
        var writer = new ElfWriter();
        writer.AddSection(".debug_info", writer.Compressed(1, Deflate(content), 100_000), flags: 0x800);
        ElfImage image = ElfImage.Parse(new ByteRegion(writer.Build()), "test");
        ElfSection section = image.FindSection(".debug_info")!;

        Parallel.For(0, 16, _ => Assert.Equal(100_000, image.GetData(section).Length));

        unsafe
        {
            fixed (byte* first = image.GetData(section).Span(0, 1), second = image.GetData(section).Span(0, 1))
            {
                Assert.True(first == second);
            }
        }
    }

    internal static byte[] Deflate(byte[] content)
    {
        using var target = new MemoryStream();
        using (var zlib = new ZLibStream(target, CompressionLevel.Optimal))
        {
            zlib.Write(content);
        }

        return target.ToArray();
    }
}
