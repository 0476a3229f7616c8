// RcuStalls: grace periods that did not end.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Findings;

/// <summary>RCU stall reports before the crash.</summary>
internal static class RcuStalls
{
    public static readonly FindingRule Rule = new()
    {
        Id = "rcu-stalls",
        Severity = FindingSeverity.Warning,
        Title = "RCU stalls",
        Meaning = "A CPU or task kept an RCU grace period from ending for many seconds: it looped with interrupts or preemption off, a read-side section did not end, or the RCU thread got no CPU. Memory that waits for a grace period is not freed meanwhile.",
        Evidence = "The kernel's stall reports, written before the crash. The report that made the kernel panic is not counted.",
        Advice = "Read which CPU or task the first report names and its stack there. On virtual machines look at steal time as well.",
        Patterns =
        [
            new("rcu: INFO: ", "detected"),
            new("INFO: rcu_", "detected"),
            new("rcu: ", "kthread starved for"),
        ],
        Check = Check,
    };

    private static Finding? Check(FindingContext context) => LogRule.Report(Rule, context, context.Find(Rule.Patterns), "RCU stall line");
}
