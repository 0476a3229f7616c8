// MeminfoPage: memory of the machine as /proc/meminfo would say it.
using VaQuest.Kernel.Mm;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest meminfo`: the summary, the nodes, and the counters of vmstat.</summary>
internal static class MeminfoPage
{
    private static readonly Column[] s_summaryColumns = [new("name", "what"), new("value", "value", IsRight: true), new("unit", "unit")];

    private static readonly Column[] s_counterColumns =
        [new("name", "counter"), new("value", "shared", IsRight: true), new("perCpu", "CPUs' parts", IsRight: true), new("exact", "exact", IsRight: true)];

    public static PageSource Source { get; } = new(
        "meminfo", "Memory as /proc/meminfo and /proc/vmstat would have shown it at the crash.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var reader = new MemoryNodes(context.Kernel);
        IReadOnlyList<MemoryNode> nodes = reader.Read(out string? missing);
        cancellation.ThrowIfCancellationRequested();
        (VmCounters zones, VmCounters node) = reader.ReadTotals(nodes);
        return new Page("meminfo", "Memory at the crash", [
            new Table("summary", "Summary", s_summaryColumns, [.. MemorySummaryReader.Read(context.Kernel, nodes).Select(RowOf)]) { Notes = Cells.Notes(missing) },
            CounterTable("zoneCounters", "Counters of all zones", zones),
            CounterTable("nodeCounters", "Counters of all nodes", node),
        ]);
    }

    /// <summary>A table of counters; also for one zone or node.</summary>
    public static Table CounterTable(string key, string title, VmCounters counters) => new(
        key, title, s_counterColumns,
        [.. counters.All.Select(counter => (IReadOnlyList<Cell>)
        [
            Cell.Of(counter.Name),
            Cell.Of(counter.Shared, "not in the dump"),
            Cell.Of(counter.PerCpu, "the CPUs' parts are not in the dump"),
            Cell.Of(counter.Exact, "not all parts are in the dump"),
        ])]) { Notes = Cells.Notes(counters.Missing) };

    private static IReadOnlyList<Cell> RowOf(MemorySummary line) =>
    [
        Cell.Of(line.Name), Cell.Of(line.Count ?? (line.Bytes / 1024), line.Absence ?? "not known"), Cell.Of(line.Count is null ? "KiB" : "pages"),
    ];
}
