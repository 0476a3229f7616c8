// DwarfImageHostileTests: each test breaks one thing; lookups never throw, and say what was damaged.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.TestKit.Dwarf;
using VaQuest.TestKit.Elf;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Dwarf;

public sealed class DwarfImageHostileTests
{
    private const string PlainLine = "@/build/linux/main.c:30:1";

    [Fact]
    public void RejectsFileWithoutDebugInformation()
    {
        var error = Assert.Throws<DumpFormatException>(() =>
            DwarfImage.Open(ElfImage.Parse(new ByteRegion(new ElfWriter().Build()), "vmlinux")));

        Assert.Equal(FormatError.NotRecognized, error.Error);
        Assert.Contains("vmlinux has no DWARF debug information", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0xf0, "does not fit")]
    [InlineData(3, 0xff, "does not fit")]
    [InlineData(4, 9, "DWARF version 9")]
    [InlineData(4, 1, "DWARF version 1")]
    [InlineData(7, 3, "addresses of 3 bytes")]
    [InlineData(9, 0x7f, "debug_abbrev")]
    public void ReportsDamagedUnitHeader(int offset, byte value, string expected) =>
        Reports(expected, "none", sections => sections["info"][offset] = value);

    /// <summary>A table by code must not grow with the largest code that a damaged section claims.</summary>
    [Fact]
    public void LooksUpLargeAbbreviationCodesWithoutLargeTables()
    {
        // Codes 1, 2^20 and 2^40, then the first again, which does not count.
        byte[] declarations =
        [
            1, 0x11, 0, 0, 0, 0x80, 0x80, 0x40, 0x34, 1, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0x2e, 0, 0, 0, 1, 0x05, 0, 0, 0, 0,
        ];
        byte[] file = new SampleUnit { Break = sections => sections["abbrev"] = declarations }.Build();
        DwarfImage image = DwarfImage.Open(ElfImage.Parse(new ByteRegion(file), "test"));
        long before = GC.GetAllocatedBytesForCurrentThread();
        AbbreviationTable table = AbbreviationTable.Read(image.Sections.Abbreviations, 0, new DwarfEncoding(5, 8, 4, false));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 << 10);
        foreach ((ulong code, DwarfTag tag) in new[] { (1ul, DwarfTag.CompileUnit), (1ul << 20, DwarfTag.Variable), (1ul << 40, DwarfTag.Subprogram) })
        {
            Assert.True(table.TryGet(code, out Abbreviation abbreviation));
            Assert.Equal(tag, abbreviation.Tag);
        }

        foreach (ulong code in new ulong[] { 0, 2, 100, (1ul << 20) + 1, ulong.MaxValue })
        {
            Assert.False(table.TryGet(code, out _));
        }
    }

    [Fact]
    public void ReportsReservedUnitLength() => Reports("0xfffffff5 is no unit length", "none", sections =>
        BinaryPrimitives.WriteUInt32LittleEndian(sections["info"], 0xfffffff5));

    [Fact]
    public void ReportsUndeclaredAbbreviation() =>
        Reports("the abbreviation 126 is not declared", PlainLine, sections => sections["info"][FirstChild(sections["info"])] = 126);

    [Fact]
    public void ReportsSiblingThatIsNotAhead()
    {
        var unit = new SampleUnit
        {
            Change = root => root.Children.Find(e => e.Label == "outer")!.Attributes.RemoveAll(a => a.Name == DwarfAttribute.Sibling),
            Break = null,
        };
        Assert.Empty(DwarfImageTests.Open(unit).Issues);

        DwarfImage image = DwarfImageTests.Open(new SampleUnit
        {
            Change = root =>
            {
                DwarfEntry outer = root.Children.Find(e => e.Label == "outer")!;
                outer.Attributes.RemoveAll(a => a.Name == DwarfAttribute.Sibling);
                outer.With(DwarfAttribute.Sibling, DwarfForm.Ref4, 20);
            },
        });
        Assert.Equal(PlainLine, DwarfImageTests.Render(image.FindFrames(0x1100)));
        Assert.Contains("a sibling at unit offset 0x14 is not ahead", Assert.Single(image.Issues), StringComparison.Ordinal);
    }

    [Fact]
    public void EndsNameChainThatLoops()
    {
        DwarfImage image = DwarfImageTests.Open(new SampleUnit
        {
            Change = root =>
            {
                DwarfEntry declared = root.Children.Find(e => e.Label == "declared")!;
                declared.Attributes.Clear();
                declared.Refers(DwarfAttribute.AbstractOrigin, "outer");
            },
        });

        Assert.StartsWith("@/build/linux/main.c:10", DwarfImageTests.Render(image.FindFrames(0x1000)), StringComparison.Ordinal);
    }

    [Fact]
    public void ReportsEntriesNestedTooDeep()
    {
        DwarfImage image = DwarfImageTests.Open(new SampleUnit
        {
            Change = root =>
            {
                DwarfEntry at = root.Children[^1];
                for (int i = 0; i < 5000; i++)
                {
                    var block = new DwarfEntry(DwarfTag.LexicalBlock);
                    at.Holds(block);
                    at = block;
                }
            },
        });

        Assert.Equal(PlainLine, DwarfImageTests.Render(image.FindFrames(0x1100)));
        Assert.Contains("nested too deep", Assert.Single(image.Issues), StringComparison.Ordinal);
    }

    [Fact]
    public void ReportsUnknownForm() => Reports("the form 0x7e", "none", sections =>
    {
        // The root's first attribute: tag, children, then name and form.
        sections["abbrev"][4] = 0x7e;
    });

    [Fact]
    public void ReportsArangesThatDoNotFitAndFindsTheUnitAnyway() =>
        Reports(".debug_aranges", "plain" + PlainLine, sections => sections["aranges"][1] = 0xff);

    [Fact]
    public void ReportsRangeListWithUnknownEntry()
    {
        DwarfImage image = DwarfImageTests.Open(new SampleUnit { Break = sections => sections["rnglists"][0] = 77 });

        Assert.Equal("@/build/include/util.h:4:12", DwarfImageTests.Render(image.FindFrames(0x1028)));
        Assert.Contains("0x4d is no range list entry", Assert.Single(image.Issues), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 7, "version 7")]
    [InlineData(0, 2, "cut")]
    [InlineData(9, 0xff, "header does not fit")]
    [InlineData(16, 0, "line range")]
    public void KeepsFunctionsWhenTheLineProgramIsDamaged(int offset, byte value, string expected)
    {
        DwarfImage image = DwarfImageTests.Open(new SampleUnit { Break = sections => sections["line"][offset] = value });

        Assert.StartsWith("plain@", DwarfImageTests.Render(image.FindFrames(0x1100)), StringComparison.Ordinal);
        Assert.Contains(expected, string.Join("\n", image.Issues), StringComparison.Ordinal);
    }

    [Fact]
    public void ThrowsNothingWhateverIsCutOrFlipped()
    {
        var random = new Random(20050102);
        for (int round = 0; round < 3000; round++)
        {
            int version = 2 + (round % 4);
            DwarfImage image = DwarfImageTests.Open(new SampleUnit
            {
                Version = (ushort)version,
                HasAranges = round % 3 != 0,
                Break = sections => Damage(sections, random, round),
            });
            for (ulong address = 0xff8; address < 0x1150; address += 0x18)
            {
                _ = image.FindFrames(address);
            }

            _ = image.FindAll([0x1000, 0x1028, 0x1100]);
            Assert.All(image.Issues, Assert.NotEmpty);
        }
    }

    private static void Damage(Dictionary<string, byte[]> sections, Random random, int round)
    {
        string name = sections.Keys.ElementAt(random.Next(sections.Count));
        byte[] data = sections[name];
        if (round % 2 == 0)
        {
            sections[name] = data[..random.Next(1, data.Length)];
            return;
        }

        for (int flips = 1 + random.Next(4); flips > 0; flips--)
        {
            data[random.Next(data.Length)] = (byte)random.Next(256);
        }
    }

    // The position of the byte behind the root's attributes: after the two texts, the language, statement list, low and high pc.
    private static int FirstChild(byte[] info)
    {
        int position = 12 + 1;
        position += "main.c".Length + 1 + "/build/linux".Length + 1 + 1 + 4 + 8 + 4;
        Assert.Equal(2, info[position]);
        Assert.True(BinaryPrimitives.ReadUInt32LittleEndian(info) > position);
        return position;
    }

    private static void Reports(string expectedIssue, string expectedFrames, Action<Dictionary<string, byte[]>> damage)
    {
        DwarfImage image = DwarfImageTests.Open(new SampleUnit { Break = damage });

        Assert.Equal(expectedFrames, DwarfImageTests.Render(image.FindFrames(0x1100)));
        Assert.Contains(expectedIssue, string.Join("\n", image.Issues), StringComparison.Ordinal);
    }
}
