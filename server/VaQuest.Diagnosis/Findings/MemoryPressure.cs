// MemoryPressure: the machine ran out of memory before the crash, or nearly.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Health;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Failed allocations and kills in the log, and zones below their minimum.</summary>
internal static class MemoryPressure
{
    /// <summary>A CPU counts up to this many pages for itself before it tells the zone (include/linux/mmzone.h, stat_threshold).</summary>
    private const ulong PagesPerCpu = 125;

    /// <summary>A zone of a few pages (DMA) is below its minimum on many healthy machines: 16 MiB.</summary>
    private const ulong SmallZone = 4096;

    public static readonly FindingRule Rule = new()
    {
        Id = "memory-pressure",
        Severity = FindingSeverity.Warning,
        Title = "Memory was short",
        Meaning = "Allocations failed, the OOM killer ran, or a zone had fewer free pages than its minimum at the crash. Rarely tested error paths then run, and everything is slow. "
            + "When only a control group was out of memory it is a note: that limit is its own.",
        Evidence = "Lines of the page allocator and of the OOM killer before the crash; the free pages of each zone against its minimum watermark, "
            + "with room for what the CPUs had not counted yet. Zones below 16 MiB are left out.",
        Advice = "See who has the memory: `vaquest ps` shows resident sizes. If the crash is a NULL pointer, look for an allocation whose result was not checked.",
        Patterns =
        [
            new("Out of memory: "),
            new("Memory cgroup out of memory: "),
            new("", "page allocation failure: order:"),
            new("", "page allocation stalls for "),
        ],
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        List<LogHit> hits = context.Find(Rule.Patterns);
        ulong slack = PagesPerCpu * (ulong)(context.Material.System.Cpus.HasValue ? context.Material.System.Cpus.Value : 1);
        List<MemoryZone> empty = [.. context.Material.Health.Zones.Where(zone => zone.Managed >= SmallZone && zone.Free + slack < zone.Minimum)];
        if (hits.Count == 0 && empty.Count == 0)
        {
            return null;
        }

        bool isOnlyGroup = empty.Count == 0 && hits.TrueForAll(hit => hit.Line.StartsWith("Memory cgroup", StringComparison.Ordinal));
        List<Evidence> evidence = FindingContext.EvidenceOf(hits);
        foreach (MemoryZone zone in empty.Take(FindingContext.MaxEvidence))
        {
            evidence.Add(new Evidence(FormattableString.Invariant(
                $"zone {zone.Name} of node {zone.Node}: {zone.Free} pages free, minimum {zone.Minimum}, of {zone.Managed}")));
        }

        string log = hits.Count == 0 ? "" : $"The log holds {Words.Count(hits.Count, "line")} of failed allocations or kills, the first {context.Before(hits[0].Record)}.";
        string now = empty.Count == 0 ? "" : $"{(empty.Count == 1 ? "A zone has" : "Zones have")} fewer free pages than the minimum.";
        return new Finding(
            Rule.Id, isOnlyGroup ? FindingSeverity.Note : FindingSeverity.Warning, Rule.Title, string.Join(' ', new[] { log, now }.Where(s => s.Length > 0)), evidence);
    }
}
