// DwarfImageTests: function, inlined calls, file and line of addresses.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Lines;
using VaQuest.TestKit.Dwarf;
using VaQuest.TestKit.Elf;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Dwarf;

public sealed class DwarfImageTests
{
    public static TheoryData<int, bool, int, bool> Encodings
    {
        get
        {
            var data = new TheoryData<int, bool, int, bool>();
            foreach (int version in new[] { 2, 3, 4, 5 })
            {
                data.Add(version, false, 8, false);
                data.Add(version, true, 8, false);
                data.Add(version, false, 4, false);
                data.Add(version, false, 4, true);
                data.Add(version, true, 8, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void FindsInlinedCallsInnermostFirst(int version, bool is64Dwarf, int addressSize, bool bigEndian)
    {
        var unit = new SampleUnit
        {
            Version = (ushort)version, Is64Dwarf = is64Dwarf, AddressSize = addressSize, IsBigEndian = bigEndian,
        };
        DwarfImage image = Open(unit);

        Assert.Equal(
            "inner@/build/include/util.h:4:12 inlined | middle@/build/include/util.h:7:3 inlined | outer@/build/linux/main.c:20:5",
            Render(image.FindFrames(0x1028)));
        Assert.Equal("middle@/build/include/util.h:6:9 inlined | outer@/build/linux/main.c:20:5", Render(image.FindFrames(0x1010)));
        Assert.Equal("middle@/build/include/util.h:8:9 inlined | outer@/build/linux/main.c:20:5", Render(image.FindFrames(0x104f)));
        Assert.Equal("outer@/build/linux/main.c:0:0", Render(image.FindFrames(0x1050)));
        Assert.Equal("outer@/build/linux/main.c:22:2", Render(image.FindFrames(0x10ff)));
        Assert.Equal("plain@/build/linux/main.c:30:1", Render(image.FindFrames(0x1100)));
        Assert.Null(image.FindFrames(0x1140));
        Assert.Null(image.FindFrames(0xfff));
        Assert.Empty(image.Issues);
    }

    [Fact]
    public void TellsWhereTheFunctionBeginsAndEnds()
    {
        SourceFrames frames = Open(new SampleUnit()).FindFrames(0x1028)!;

        Assert.Equal((0x1000UL, 0x1100UL), (frames.FunctionStart, frames.FunctionEnd));
        Assert.Equal("/build/linux", frames.Frames[0].Location!.CompilationDirectory);
        Assert.Equal("main.c", frames.Frames[^1].Location!.RelativeFile);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void FindsUnitsThatArangesDoNotName(int version)
    {
        DwarfImage image = Open(new SampleUnit { Version = (ushort)version, HasAranges = false });

        Assert.Equal("plain@/build/linux/main.c:30:1", Render(image.FindFrames(0x1100)));
        Assert.Null(image.FindFrames(0x2000));
    }

    [Fact]
    public void KeepsRelativePathsRelative()
    {
        DwarfImage image = Open(new SampleUnit { CompilationDirectory = "debian/build" });

        Assert.Equal("plain@debian/build/main.c:30:1", Render(image.FindFrames(0x1100)));
        Assert.StartsWith("inner@debian/include/util.h:4:12", Render(image.FindFrames(0x1028)), StringComparison.Ordinal);
    }

    [Fact]
    public void AnswersManyAddressesInTheirOrder()
    {
        DwarfImage image = Open(new SampleUnit());
        ulong[] addresses = [0x1100, 0x5000, 0x1028, 0x1100, 0x1000, 0];

        IReadOnlyList<SourceFrames?> all = image.FindAll(addresses);

        Assert.Equal(addresses.Select(address => Render(image.FindFrames(address))), all.Select(Render));
    }

    [Fact]
    public void NamesLinesWithoutFunctionBySymbol()
    {
        var dwarf = new DwarfWriter();
        Dictionary<string, byte[]> sections = new SampleUnit { Change = root => root.Children.Clear() }.Sections(dwarf);
        var elf = new ElfWriter();
        elf.AddSection(".text", new byte[0x140], flags: 6, address: 0x1000);
        foreach ((string name, byte[] data) in sections)
        {
            elf.AddSection(".debug_" + name, data);
        }

        elf.AddSymbol("entry_SYSCALL_64", 0x1000, 0x80);
        DwarfImage image = DwarfImage.Open(ElfImage.Parse(new ByteRegion(elf.Build()), "test"));

        Assert.Equal("entry_SYSCALL_64@/build/linux/main.c:10:1", Render(image.FindFrames(0x1004)));
        Assert.Equal("@/build/linux/main.c:30:1", Render(image.FindFrames(0x1104)));
    }

    [Fact]
    public void FollowsFunctionSplitInTwoRanges()
    {
        DwarfImage image = Open(new SampleUnit
        {
            Change = root =>
            {
                DwarfEntry outer = root.Children.Find(entry => entry.Label == "outer")!;
                outer.Attributes.RemoveAll(a => a.Name is DwarfAttribute.LowPc or DwarfAttribute.HighPc);
                outer.With(DwarfAttribute.Ranges, DwarfForm.SecOffset, 0).With(DwarfAttribute.EntryPc, DwarfForm.Addr, 0x1024);
            },
        });

        SourceFrames frames = image.FindFrames(0x1028)!;
        Assert.Equal((0x1024UL, 0x1030UL), (frames.FunctionStart, frames.FunctionEnd));
    }

    [Fact]
    public void FindsFunctionsInsideNamespacesOfOtherLanguages()
    {
        DwarfImage image = Open(new SampleUnit
        {
            Change = root =>
            {
                root.Attributes.RemoveAll(a => a.Name == DwarfAttribute.Language);
                root.With(DwarfAttribute.Language, DwarfForm.Data1, 0x1c);
                DwarfEntry plain = root.Children[^1];
                root.Children.Remove(plain);
                root.Holds(new DwarfEntry(DwarfTag.Namespace).Named("rust_module").Holds(plain));
            },
        });

        Assert.Equal("plain@/build/linux/main.c:30:1", Render(image.FindFrames(0x1100)));
    }

    [Fact]
    public void StepsOverEveryForm()
    {
        DwarfImage image = Open(new SampleUnit
        {
            Change = root =>
            {
                var odd = new DwarfEntry(DwarfTag.Variable);
                foreach (DwarfForm form in Enum.GetValues<DwarfForm>().Where(form => form != DwarfForm.None))
                {
                    ulong number = form is DwarfForm.Block or DwarfForm.Block1 or DwarfForm.Block2 or DwarfForm.Block4 or DwarfForm.Exprloc
                        ? 3u : 1u;
                    if (form == DwarfForm.String)
                    {
                        odd.With(DwarfAttribute.ConstValue, "text");
                    }
                    else if (form is not (DwarfForm.GnuAddrIndex or DwarfForm.GnuStrIndex or DwarfForm.GnuRefAlt or DwarfForm.GnuStrpAlt
                        or DwarfForm.RefSup4 or DwarfForm.RefSup8 or DwarfForm.StrpSup))
                    {
                        odd.With(DwarfAttribute.ConstValue, form, number);
                    }
                }

                root.Children.Insert(0, odd);
            },
        });

        Assert.Equal("plain@/build/linux/main.c:30:1", Render(image.FindFrames(0x1100)));
        Assert.Empty(image.Issues);
    }

    [Fact]
    public void ReadsEntriesOneByOne()
    {
        DwarfImage image = Open(new SampleUnit());
        DwarfDie root = image.FindUnit(0x1000)!.Root;

        Assert.Equal(DwarfTag.CompileUnit, root.Tag);
        Assert.Equal(["thing", "inner", "middle", "outer", "outer", "plain"], root.EnumerateChildren().Select(die => die.FindName()));
        DwarfDie thing = root.EnumerateChildren().First();
        Assert.Equal("field", Assert.Single(thing.EnumerateChildren()).FindName());
        Assert.False(thing.Find(DwarfAttribute.ByteSize).IsPresent);
        Assert.Empty(root.EnumerateChildren().Last().EnumerateChildren());
    }

    [Fact]
    public void AnswersManyThreadsAlike()
    {
        DwarfImage image = Open(new SampleUnit());
        string expected = Render(image.FindFrames(0x1028));

        Parallel.For(0, 200, _ => Assert.Equal(expected, Render(image.FindFrames(0x1028))));
    }

    internal static DwarfImage Open(SampleUnit unit) => DwarfImage.Open(ElfImage.Parse(new ByteRegion(unit.Build()), "test"));

    internal static string Render(SourceFrames? frames) => frames is null ? "none" : string.Join(" | ", frames.Frames.Select(frame =>
        $"{frame.Function}@{frame.Location?.File}:{frame.Location?.Line}:{frame.Location?.Column}{(frame.IsInlined ? " inlined" : "")}"));
}
