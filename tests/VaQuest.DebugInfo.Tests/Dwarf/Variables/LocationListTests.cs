// LocationListTests: which expression of a list holds at an instruction (DWARF 5, 2.6.2 and 7.29; DWARF 4, 2.6.2).
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Variables;
using VaQuest.TestKit.Dwarf;
using VaQuest.TestKit.Elf;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Dwarf.Variables;

public sealed class LocationListTests
{
    [Theory]
    [InlineData(0x1000UL, "NotYet")]
    [InlineData(0x1010UL, "Found 50")]
    [InlineData(0x101fUL, "Found 50")]
    [InlineData(0x1020UL, "None")]
    [InlineData(0x1030UL, "Found 51")]
    [InlineData(0x1040UL, "Found 52")]
    [InlineData(0x1050UL, "None")]
    [InlineData(0x1060UL, "Found 53")]
    public void SelectsTheEntryOfTheInstruction(ulong pc, string expected)
    {
        ByteAssembler list = Header().U8(4).Uleb(0x10).Uleb(0x20).Uleb(1).U8(0x50) // offset_pair from the unit's low pc
            .U8(9).Uleb(0).Uleb(1) // view pair, which says nothing of addresses
            .U8(6).U64(0x1030).U8(4).Uleb(0).Uleb(0x10).Uleb(1).U8(0x51) // base_address, offset_pair
            .U8(7).U64(0x1040).U64(0x1050).Uleb(1).U8(0x52) // start_end
            .U8(8).U64(0x1060).Uleb(0x10).Uleb(1).U8(0x53) // start_length
            .U8(0);

        Assert.Equal(expected, Find(Open(5, "loclists", list), pc, 12));
    }

    [Fact]
    public void TakesTheDefaultWhereNoEntryHolds()
    {
        ByteAssembler list = Header().U8(5).Uleb(1).U8(0x57).U8(4).Uleb(0x10).Uleb(0x20).Uleb(1).U8(0x50).U8(0);

        Assert.Equal("Found 57", Find(Open(5, "loclists", list), 0x1000, 12));
        Assert.Equal("Found 50", Find(Open(5, "loclists", list), 0x1010, 12));
    }

    [Fact]
    public void FollowsTheOffsetTable()
    {
        // Two offsets from the table's start: 8 and 12.
        ByteAssembler list = Header().U32(8).U32(13).U8(4).Uleb(0).Uleb(0x10).Uleb(0).U8(0).U8(4).Uleb(0).Uleb(0x10).Uleb(1).U8(0x56).U8(0);
        DwarfUnit unit = Open(5, "loclists", list);

        Assert.Equal("Found 56", Render(LocationListReader.Find(unit, new DwarfValue(DwarfForm.Loclistx, 1), 0x1000, out byte[] code), code));
    }

    [Theory]
    [InlineData(0x1005UL, "Found 50")]
    [InlineData(0x5004UL, "Found 51")]
    [InlineData(0x1010UL, "None")]
    public void ReadsTheOldForm(ulong pc, string expected)
    {
        ByteAssembler list = new ByteAssembler().U64(0).U64(0x10).U16(1).U8(0x50) // from the unit's low pc
            .U64(ulong.MaxValue).U64(0x5000).U64(4).U64(8).U16(1).U8(0x51) // another base
            .U64(0).U64(0);

        Assert.Equal(expected, Find(Open(4, "loc", list), pc, 0));
    }

    [Theory]
    [InlineData("")] // nothing behind the header
    [InlineData("04 10")] // cut
    [InlineData("0a")] // no such entry
    [InlineData("04 00 10 7f 50")] // an expression longer than the section
    [InlineData("02 ff ff ff 7f 00 00")] // an index outside of .debug_addr
    public void RefusesDamagedLists(string bytes)
    {
        ByteAssembler list = Header();
        foreach (byte b in Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)))
        {
            list.U8(b);
        }

        DwarfUnit unit = Open(5, "loclists", list);
        Assert.Throws<DumpFormatException>(() => Find(unit, 0x1000, 12));
        Assert.Throws<DumpFormatException>(() => Find(unit, 0x1000, 5000));
    }

    private static ByteAssembler Header() => new ByteAssembler().U32(0x1000).U16(5).U8(8).U8(0).U32(0);

    private static DwarfUnit Open(ushort version, string section, ByteAssembler list)
    {
        var unit = new SampleUnit { Version = version, Break = sections => sections[section] = list.ToArray() };
        return DwarfImage.Open(ElfImage.Parse(new ByteRegion(unit.Build()), "test")).FindUnit(0x1000UL)!;
    }

    private static string Find(DwarfUnit unit, ulong pc, ulong offset) =>
        Render(LocationListReader.Find(unit, new DwarfValue(DwarfForm.SecOffset, offset), pc, out byte[] code), code);

    private static string Render(LocationCoverage coverage, byte[] code) => coverage == LocationCoverage.Found ? $"Found {Convert.ToHexString(code)}" : $"{coverage}";
}
