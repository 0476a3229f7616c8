// FuzzEntries: all entries.
using VaQuest.Fuzz.Engine;
using VaQuest.Fuzz.Entries;
using VaQuest.TestKit.Dumps.Samples;

namespace VaQuest.Fuzz;

/// <summary>The table: one line for each entry; every dump sample is one by itself.</summary>
internal static class FuzzEntries
{
    public static IReadOnlyList<FuzzEntry> All { get; } =
    [
        .. DumpSamples.Names.Select(name => new DumpEntry(name)),
        new RawImageEntry(),
        new RefusedEntry(),
        new VmcoreinfoEntry(),
        new NotesEntry(),
        new CodecEntry(),
        new LzoRoundTripEntry(),
        new ElfEntry(),
        new DwarfEntryPoint("dwarf-info", "info", "abbrev", "rnglists", "ranges", "aranges"),
        new DwarfEntryPoint("dwarf-line", "line"),
        new DwarfVariablesEntry("dwarf-loclists", "loclists", "loc"),
        new DwarfVariablesEntry("dwarf-variables", "info", "abbrev"),
        new CallFramesEntry(),
        new ExpressionEntry(),
        new BtfEntry(),
        new OrcEntry(),
        new KallsymsEntry(),
        new KallsymsScanEntry(),
        new PrintkRingEntry(),
        new OldLogEntry(),
        new LogLexerEntry(),
        new WireEntry(),
    ];

    public static IEnumerable<FuzzEntry> Named(IEnumerable<string> names)
    {
        string[] wanted = [.. names];
        string? unknown = wanted.FirstOrDefault(name => All.All(entry => entry.Name != name));
        return unknown is null
            ? All.Where(entry => wanted.Length == 0 || wanted.Contains(entry.Name))
            : throw new ArgumentException($"there is no entry {unknown}; the list command names all");
    }
}
