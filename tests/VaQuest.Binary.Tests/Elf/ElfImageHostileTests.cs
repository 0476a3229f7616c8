// ElfImageHostileTests: each test breaks one thing in a valid file and names the sentence that follows.
using System.Buffers.Binary;
using VaQuest.Binary.Elf;
using VaQuest.TestKit.Elf;
using Xunit;

namespace VaQuest.Binary.Tests.Elf;

public sealed class ElfImageHostileTests
{
    private const int SectionsAtField = 0x28;
    private const int SegmentSizeField = 0x36;
    private const int SegmentCountField = 0x38;
    private const int SectionSizeField = 0x3a;
    private const int SectionCountField = 0x3c;
    private const int NameIndexField = 0x3e;

    [Fact]
    public void AcceptsTheUnbrokenFile() => Assert.Equal("abcd", ElfImage.Parse(new ByteRegion(Valid()), "test").BuildId);

    [Fact]
    public void RejectsFileThatIsNotElf() => Rejects(FormatError.NotRecognized, "not an ELF file", "hello"u8.ToArray());

    [Fact]
    public void RejectsEmptyFile() => Rejects(FormatError.NotRecognized, "not an ELF file", []);

    [Theory]
    [InlineData(4, "class 7")]
    [InlineData(5, "byte order 7")]
    public void RejectsUnknownIdentification(int offset, string expected) =>
        Rejects(FormatError.BadHeader, expected, Valid(bytes => bytes[offset] = 7));

    [Theory]
    [InlineData(6)]
    [InlineData(40)]
    [InlineData(63)]
    public void RejectsHeaderCutAt(int length) => Rejects(FormatError.Truncated, "ELF header", Valid()[..length]);

    [Fact]
    public void RejectsFileCutBeforeSectionHeaders() => Rejects(FormatError.Truncated, "section header table", Valid()[..^10]);

    [Fact]
    public void RejectsSectionHeadersFarBehindTheEnd() => Rejects(FormatError.Truncated, "section header table",
        Valid(bytes => BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(SectionsAtField), ulong.MaxValue - 8)));

    [Fact]
    public void RejectsSmallSectionHeaders() =>
        Rejects(FormatError.BadHeader, "section headers of 8 bytes", Valid(bytes => Write16(bytes, SectionSizeField, 8)));

    [Fact]
    public void RejectsSmallProgramHeaders() =>
        Rejects(FormatError.BadHeader, "program headers of 8 bytes", Valid(bytes => Write16(bytes, SegmentSizeField, 8)));

    [Fact]
    public void RejectsMoreSegmentsThanTheFileHolds() =>
        Rejects(FormatError.Truncated, "program header table", Valid(bytes => Write16(bytes, SegmentCountField, 60000)));

    [Fact]
    public void RejectsMoreSectionsThanTheFileHolds() =>
        Rejects(FormatError.Truncated, "section header table", Valid(bytes => Write16(bytes, SectionCountField, 60000)));

    [Fact]
    public void RejectsMoreSectionsThanTheLimit()
    {
        var limits = new ElfLimits { MaxSections = 2 };
        var error = Assert.Throws<DumpFormatException>(() => ElfImage.Parse(new ByteRegion(Valid()), "test", limits));
        Assert.Equal(FormatError.LimitExceeded, error.Error);
        Assert.Contains("the limit is 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RejectsMoreSegmentsThanTheLimit()
    {
        var limits = new ElfLimits { MaxSegments = 0 };
        Assert.Equal(FormatError.LimitExceeded,
            Assert.Throws<DumpFormatException>(() => ElfImage.Parse(new ByteRegion(Valid()), "test", limits)).Error);
    }

    [Fact]
    public void ToleratesBadNameTableIndex()
    {
        ElfImage image = ElfImage.Parse(new ByteRegion(Valid(bytes => Write16(bytes, NameIndexField, 500))), "test");
        Assert.All(image.Sections, section => Assert.Equal("", section.Name));
        Assert.Equal("abcd", image.BuildId);
    }

    [Fact]
    public void RejectsDataOfSectionBehindTheEnd()
    {
        var writer = new ElfWriter();
        writer.AddSection(".text", [1, 2, 3], size: ulong.MaxValue);
        ElfImage image = ElfImage.Parse(new ByteRegion(writer.Build()), "test");

        var error = Assert.Throws<DumpFormatException>(() => image.GetData(image.FindSection(".text")!));
        Assert.Equal(FormatError.Truncated, error.Error);
        Assert.Contains("section .text", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EndsNotesAtTheFirstDamagedOne()
    {
        var writer = new ElfWriter();
        byte[] notes = [.. ElfWriter.Note("first", 1, [1]), .. ElfWriter.Note("second", 1, new byte[64])];
        writer.AddSection(".notes", notes[..^8], type: 7);

        Assert.Equal("first", Assert.Single(ElfImage.Parse(new ByteRegion(writer.Build()), "test").EnumerateNotes()).Owner);
    }

    [Fact]
    public void IgnoresOverlongBuildId()
    {
        var writer = new ElfWriter();
        writer.AddSection(".notes", ElfWriter.BuildIdNote(new byte[65]), type: 7);

        Assert.Null(ElfImage.Parse(new ByteRegion(writer.Build()), "test").BuildId);
    }

    [Theory]
    [InlineData(1u, 4999UL, FormatError.BadCompression)]
    [InlineData(1u, 5001UL, FormatError.BadCompression)]
    [InlineData(1u, 500_000_000UL, FormatError.BadCompression)]
    [InlineData(1u, 1UL << 40, FormatError.LimitExceeded)]
    [InlineData(9u, 5000UL, FormatError.Unsupported)]
    [InlineData(2u, 5000UL, FormatError.BadCompression)]
    public void RejectsWrongCompressionHeader(uint method, ulong size, FormatError expected)
    {
        var writer = new ElfWriter();
        byte[] packed = ElfImageTests.Deflate(new byte[5000]);
        writer.AddSection(".debug_info", writer.Compressed(method, packed, size), flags: 0x800);
        ElfImage image = ElfImage.Parse(new ByteRegion(writer.Build()), "test");

        var error = Assert.Throws<DumpFormatException>(() => image.FindData(".debug_info"));
        Assert.Equal(expected, error.Error);
        Assert.Contains(".debug_info", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x800UL, ".debug_info")]
    [InlineData(0UL, ".zdebug_info")]
    public void RejectsSectionTooShortForItsCompressionHeader(ulong flags, string name)
    {
        var writer = new ElfWriter();
        writer.AddSection(name, new byte[5], flags: flags);
        ElfImage image = ElfImage.Parse(new ByteRegion(writer.Build()), "test");

        Assert.Equal(FormatError.BadCompression, Assert.Throws<DumpFormatException>(() => image.FindData(".debug_info")).Error);
    }

    [Fact]
    public void ThrowsNothingElseWhateverIsCutOrFlipped()
    {
        byte[] valid = Valid();
        var random = new Random(20050101);
        for (int round = 0; round < 4000; round++)
        {
            byte[] bytes = round < valid.Length ? valid[..round] : [.. valid];
            for (int flips = round % 4; flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            ReadEverything(bytes);
        }
    }

    private static void ReadEverything(byte[] bytes)
    {
        try
        {
            ElfImage image = ElfImage.Parse(new ByteRegion(bytes), "test");
            _ = image.BuildId;
            _ = image.Symbols.FindByName("panic");
            _ = image.Symbols.FindByAddress(0x1004);
            foreach (ElfSection section in image.Sections)
            {
                _ = image.GetData(section);
            }
        }
        catch (DumpFormatException error)
        {
            Assert.NotEmpty(error.Message);
        }
    }

    private static void Rejects(FormatError expected, string text, byte[] bytes)
    {
        var error = Assert.Throws<DumpFormatException>(() => ElfImage.Parse(new ByteRegion(bytes), "test"));
        Assert.Equal(expected, error.Error);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Valid(Action<byte[]>? mutation = null)
    {
        var writer = new ElfWriter();
        writer.AddSection(".text", [0x90, 0x90, 0x90, 0xc3], flags: 6, address: 0x1000);
        writer.AddSection(".notes", ElfWriter.BuildIdNote([0xab, 0xcd]), type: 7);
        writer.AddSection(".debug_info", writer.Compressed(1, ElfImageTests.Deflate(new byte[500]), 500), flags: 0x800);
        writer.AddSegment(1, 0x1000, [0x90, 0x90, 0x90, 0xc3]);
        writer.AddSymbol("panic", 0x1000, 4);
        byte[] bytes = writer.Build();
        mutation?.Invoke(bytes);
        return bytes;
    }

    private static void Write16(byte[] bytes, int offset, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(offset), value);
}
