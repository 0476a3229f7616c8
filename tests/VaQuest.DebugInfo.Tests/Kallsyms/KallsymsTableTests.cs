// KallsymsTableTests: symbols out of every table order and encoding.
using VaQuest.Binary;
using VaQuest.DebugInfo.Kallsyms;
using VaQuest.TestKit;
using VaQuest.TestKit.Tables;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Kallsyms;

public sealed class KallsymsTableTests
{
    private const ulong Text = 0xffffffff81000000;

    public static TheoryData<bool, bool, string, int> Layouts()
    {
        var data = new TheoryData<bool, bool, string, int>();
        foreach (bool behind in (bool[])[false, true])
        {
            foreach (bool order in (bool[])[false, true])
            {
                foreach (string encoding in (string[])["percpu", "base", "absolute", "place"])
                {
                    data.Add(behind && encoding != "absolute", order, encoding, encoding == "absolute" ? 8 : 4);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void FindsEverySymbolByAddressAndByName(bool behind, bool order, string encoding, int markerSize)
    {
        var memory = new FakeVirtualMemory();
        KallsymsTable table = KallsymsTable.Open(Build(behind, order, encoding, markerSize).Build(memory), memory.Read);

        Assert.Equal(1002, table.Count);
        for (int i = 0; i < 1000; i += 7)
        {
            int index = table.FindIndex(Text + 0x100 + ((ulong)i * 16) + 5);
            Assert.Equal($"sys_call{i}", table.NameOf(index, out char type));
            Assert.Equal('t', type);
            Assert.Equal(Text + 0x100 + ((ulong)i * 16), table.AddressOf(index));
            Assert.Equal([index], table.FindByName($"sys_call{i}"));
        }

        Assert.Empty(table.FindByName("nowhere"));
        Assert.Equal(300, table.NameOf(table.FindIndex(Text + 0x10000), out _).Length);
    }

    [Fact]
    public void KeepsPerCpuSymbolsApart()
    {
        var memory = new FakeVirtualMemory();
        KallsymsBuilder builder = Build(false, true, "percpu", 4);
        builder.Add('A', "current_task", 0x1fbc0);
        KallsymsTable table = KallsymsTable.Open(builder.Build(memory), memory.Read);

        Assert.Equal(0x1fbc0ul, table.AddressOf(Assert.Single(table.FindByName("current_task"))));
    }

    [Fact]
    public void FindsAllSymbolsOfOneName()
    {
        var memory = new FakeVirtualMemory();
        KallsymsBuilder builder = Build(false, true, "percpu", 4);
        builder.Add('t', "sys_call3", Text + 0x20000);
        KallsymsTable table = KallsymsTable.Open(builder.Build(memory), memory.Read);

        Assert.Equal(2, table.FindByName("sys_call3").Count);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(0x7fffffffu)]
    [InlineData(0xffffffffu)]
    public void RejectsAWrongCount(uint count)
    {
        var memory = new FakeVirtualMemory();
        KallsymsLocation location = Build(false, false, "percpu", 4).Build(memory);
        memory.Add(location.SymbolCount, BitConverter.GetBytes(count));

        Assert.Throws<DumpFormatException>(() => KallsymsTable.Open(location, memory.Read));
    }

    [Fact]
    public void RejectsATextStartThatNoEncodingGives()
    {
        var memory = new FakeVirtualMemory();
        KallsymsLocation location = Build(false, false, "percpu", 4).Build(memory) with { TextStart = 0xffffffff90000000 };

        var error = Assert.Throws<DumpFormatException>(() => KallsymsTable.Open(location, memory.Read));
        Assert.Equal(FormatError.Unsupported, error.Error);
    }

    [Fact]
    public void RejectsMissingTables()
    {
        KallsymsLocation location = Build(false, false, "percpu", 4).Build(new FakeVirtualMemory());

        var error = Assert.Throws<DumpFormatException>(() => KallsymsTable.Open(location, new FakeVirtualMemory().Read));
        Assert.Equal(FormatError.Truncated, error.Error);
    }

    private static KallsymsBuilder Build(bool behind, bool order, string encoding, int markerSize)
    {
        var builder = new KallsymsBuilder { OffsetsBehindTokens = behind, HasNameOrder = order, Encoding = encoding, MarkerSize = markerSize };
        builder.Add('T', "_stext", Text);
        for (int i = 0; i < 1000; i++)
        {
            builder.Add('t', $"sys_call{i}", Text + 0x100 + ((ulong)i * 16));
        }

        builder.Add('T', new string('x', 300), Text + 0x10000);
        return builder;
    }
}
