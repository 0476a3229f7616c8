// KallsymsEntry: the kernel's symbol table where VMCOREINFO says it is.
using VaQuest.DebugInfo.Kallsyms;
using VaQuest.Fuzz.Engine;
using VaQuest.TestKit;
using VaQuest.TestKit.Tables;

namespace VaQuest.Fuzz.Entries;

/// <summary>The tables lie one behind the other as the linker puts them; all of them are the input.</summary>
internal sealed class KallsymsEntry : FuzzEntry
{
    private const ulong TextStart = 0xffffffff81000000;
    private const int Symbols = 300;

    private readonly KallsymsLocation[] _locations;
    private readonly FuzzSeed[] _seeds;

    public KallsymsEntry()
        : base("kallsyms")
    {
        (KallsymsBuilder Builder, byte Index)[] builders =
            [(new(), 0), (new() { OffsetsBehindTokens = true, HasNameOrder = true }, 1), (new() { Encoding = "base" }, 2), (new() { Encoding = "absolute", MarkerSize = 8 }, 3)];
        var made = builders.Select(item => Make(item.Builder, item.Index)).ToArray();
        _locations = [.. made.Select(item => item.Location)];
        _seeds = [.. made.Select(item => item.Seed)];
    }

    public override IEnumerable<FuzzSeed> Seeds => _seeds;

    public override void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        var memory = new FlatMemory(KallsymsBuilder.Start, input[1..]);
        KallsymsTable table = KallsymsTable.Open(_locations[input[0] % _locations.Length], memory.Read);
        for (ulong at = 0; at < 0x2000; at += 0x155)
        {
            int index = table.FindIndex(TextStart + at);
            if (index >= 0)
            {
                _ = table.NameOf(index, out _);
                _ = table.AddressOf(index);
            }
        }

        Require(table.FindByName("function_7").Count <= table.Count, "there are no more symbols than symbols");
    }

    /// <summary>The tables as one stretch of memory, with a first byte that says which layout they have.</summary>
    private static (KallsymsLocation Location, FuzzSeed Seed) Make(KallsymsBuilder builder, byte index)
    {
        builder.Add('T', "_stext", TextStart);
        for (int i = 0; i < Symbols; i++)
        {
            builder.Add('t', FormattableString.Invariant($"function_{i}"), TextStart + 64 + ((ulong)i * 16));
        }

        var memory = new FakeVirtualMemory();
        KallsymsLocation location = builder.Build(memory);
        return (location, new FuzzSeed([index, .. Flatten(memory)]));
    }

    /// <summary>Everything from the first table on, word by word until nothing is there.</summary>
    public static byte[] Flatten(FakeVirtualMemory memory)
    {
        var bytes = new List<byte>();
        byte[] word = new byte[8];
        while (memory.Read(KallsymsBuilder.Start + (ulong)bytes.Count, word))
        {
            bytes.AddRange(word);
        }

        return [.. bytes];
    }
}
