// DumpInfo: what a dump file says of itself.
using VaQuest.Diagnosis.Reports;
using VaQuest.Dumps;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>The facts of `vaquest info`: the file, not the kernel in it.</summary>
public sealed record DumpInfo
{
    public required DumpFacts File { get; init; }

    public bool IsBigEndian { get; init; }

    /// <summary>Bytes of a pointer.</summary>
    public int WordSize { get; init; }

    public IReadOnlyList<DumpRange> Ranges { get; init; } = [];

    /// <summary>CPUs that the dump has a register note for.</summary>
    public int CpuNotes { get; init; }

    /// <summary>CPUs whose note is empty: they did not save their registers in time.</summary>
    public int EmptyCpuNotes { get; init; }

    public IReadOnlyList<NoteFact> Notes { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Details { get; init; } = [];

    /// <summary>What drivers added about their devices; `vaquest read --device-dump` extracts it.</summary>
    public IReadOnlyList<DeviceDumpFact> DeviceDumps { get; init; } = [];

    /// <summary>What makedumpfile erased, in its own words; those bytes read as 'X'.</summary>
    public IReadOnlyList<string> EraseInfo { get; init; } = [];

    /// <summary>Keys and values in the file's order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Vmcoreinfo { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Reads the facts. Throws <see cref="VaQuest.Binary.DumpFormatException"/> with one sentence.</summary>
    public static DumpInfo Read(string path, CancellationToken cancellation)
    {
        using Vmcore dump = VmcoreFile.Open(path, cancellationToken: cancellation);
        return Of(dump);
    }

    /// <summary>The facts of an open dump.</summary>
    public static DumpInfo Of(Vmcore dump) => new()
    {
        File = FactsOf(dump),
        IsBigEndian = dump.IsBigEndian,
        WordSize = dump.WordSize,
        Ranges = [.. dump.Ranges.Select(range => new DumpRange(range.Start, range.Length))],
        CpuNotes = dump.CpuNotes.Count,
        EmptyCpuNotes = dump.CpuNotes.Count(note => note.IsEmpty),
        Notes = [.. dump.Notes.Select(note => new NoteFact(note.Name, note.Type, note.Bytes))],
        Details = dump.Details,
        DeviceDumps = [.. dump.DeviceDumps.Select(device => new DeviceDumpFact(device.Name, device.Bytes))],
        EraseInfo = dump.EraseInfo,
        Vmcoreinfo = [.. Lines(dump.Vmcoreinfo.Text)],
        Warnings = [.. dump.Warnings.Concat(dump.Vmcoreinfo.Warnings).Distinct()],
    };

    internal static DumpFacts FactsOf(Vmcore dump) => new(
        dump.Path, dump.Format, dump.Compression, dump.Architecture, dump.PageSize, dump.IsComplete, dump.PhysicalBytes, dump.DumpLevel);

    // The table's own dictionary has lost the order and repeated keys; people read the note from top to bottom.
    private static IEnumerable<KeyValuePair<string, string>> Lines(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                yield return new KeyValuePair<string, string>(line[..equals], line[(equals + 1)..]);
            }
        }
    }
}
