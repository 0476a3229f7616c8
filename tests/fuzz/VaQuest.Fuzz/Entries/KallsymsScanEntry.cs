// KallsymsScanEntry: the kernel's symbol table where nothing says where it is.
using VaQuest.DebugInfo.Kallsyms;
using VaQuest.Fuzz.Engine;
using VaQuest.TestKit;
using VaQuest.TestKit.Tables;

namespace VaQuest.Fuzz.Entries;

/// <summary>Searches the input for tables by their shape, and opens what it finds.</summary>
internal sealed class KallsymsScanEntry() : FuzzEntry("kallsyms-scan")
{
    /// <summary>Where the tables are from the start of text: a kernel's text is larger, but has nothing to find in it.</summary>
    private const int TablesAt = 16 << 10;

    private const ulong TextStart = KallsymsBuilder.Start - TablesAt;

    public override IEnumerable<FuzzSeed> Seeds => [new(Build(new KallsymsBuilder())), new(Build(new KallsymsBuilder { OffsetsBehindTokens = true, HasNameOrder = true }))];

    public override void Run(byte[] input)
    {
        var memory = new FlatMemory(KallsymsBuilder.Start, input);
        KallsymsLocation? found = new KallsymsScanner(Read).Find(TextStart, TablesAt + input.Length);
        if (found is not null)
        {
            _ = KallsymsTable.Open(found, Read).FindByName("function_7");
        }

        // What lies before the tables is there and empty, as in a kernel's image.
        bool Read(ulong address, Span<byte> destination)
        {
            if (address >= TextStart && address < KallsymsBuilder.Start && (ulong)destination.Length <= KallsymsBuilder.Start - address)
            {
                destination.Clear();
                return true;
            }

            return memory.Read(address, destination);
        }
    }

    private static byte[] Build(KallsymsBuilder builder)
    {
        builder.Add('T', "_stext", TextStart);
        for (int i = 0; i < 300; i++)
        {
            builder.Add('t', FormattableString.Invariant($"function_{i}"), TextStart + 64 + ((ulong)i * 16));
        }

        var memory = new FakeVirtualMemory();
        builder.Build(memory);
        return KallsymsEntry.Flatten(memory);
    }
}
