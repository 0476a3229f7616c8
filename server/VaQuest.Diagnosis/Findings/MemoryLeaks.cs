// MemoryLeaks: memory that nothing points to any more.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Reports of kmemleak before the crash.</summary>
internal static class MemoryLeaks
{
    public static readonly FindingRule Rule = new()
    {
        Id = "memory-leaks",
        Severity = FindingSeverity.Note,
        Title = "Suspected memory leaks",
        Meaning = "The kernel's leak detector found objects that nothing points to. A machine that runs out of memory may have lost it there.",
        Evidence = "Lines of kmemleak, written before the crash. Without kmemleak in the kernel this rule stays silent: the size of a cache alone proves no leak.",
        Advice = "Read /sys/kernel/debug/kmemleak on a machine with the same load; it has the stacks of the allocations.",
        Patterns =
        [
            new("kmemleak: ", "new suspected memory leak"),
        ],
        Check = Check,
    };

    private static Finding? Check(FindingContext context) => LogRule.Report(Rule, context, context.Find(Rule.Patterns), "kmemleak report");
}
