// CorruptionReports: memory that the kernel itself found overwritten.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Reports of SLUB, SLAB, KASAN, KFENCE and the page allocator before the crash.</summary>
internal static class CorruptionReports
{
    public static readonly FindingRule Rule = new()
    {
        Id = "corruption-reports",
        Severity = FindingSeverity.Error,
        Title = "Corrupt memory reported",
        Meaning = "The kernel's own checks found memory that was overwritten, used after it was freed, or freed twice. What crashed later may be the victim and not the culprit.",
        Evidence = "Lines of SLUB, SLAB, KASAN, KFENCE and of the page allocator, written before the crash.",
        Advice = "Read the first of these reports: it names the cache and, with KASAN or slub_debug, who allocated and who freed the object.",
        Patterns =
        [
            new("BUG ", "(Not tainted): "),
            new("BUG ", "(Tainted: "),
            new("BUG: KASAN: "),
            new("BUG: KFENCE: "),
            new("BUG: Bad page "),
            new("BUG: Bad rss-counter"),
            new("Slab corruption"),
            new("slab error in "),
        ],
        Check = Check,
    };

    private static Finding? Check(FindingContext context) => LogRule.Report(Rule, context, context.Find(Rule.Patterns), "memory-corruption report");
}
