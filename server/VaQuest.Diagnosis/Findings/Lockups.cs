// Lockups: CPUs that did not schedule or did not take interrupts.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Reports of the watchdogs before the crash.</summary>
internal static class Lockups
{
    public static readonly FindingRule Rule = new()
    {
        Id = "lockups",
        Severity = FindingSeverity.Warning,
        Title = "Lockups",
        Meaning = "A CPU ran kernel code for many seconds without scheduling (soft lockup) or without taking interrupts (hard lockup), or a workqueue made no progress. "
            + "It loops, spins on a lock whose owner does not let go, or the host gave it no time.",
        Evidence = "The watchdogs' lines, written before the crash. The report that made the kernel panic is not counted.",
        Advice = "Read the first report's stack: what it interrupted is where the CPU spins. If it waits for a spinlock, look for the owner on the other CPUs.",
        Patterns =
        [
            new("watchdog: BUG: soft lockup"),
            new("NMI watchdog: BUG: soft lockup"),
            new("BUG: soft lockup"),
            new("watchdog: ", "etected hard LOCKUP"),
            new("NMI watchdog: ", "etected hard LOCKUP"),
            new("BUG: workqueue lockup"),
        ],
        Check = Check,
    };

    private static Finding? Check(FindingContext context) => LogRule.Report(Rule, context, context.Find(Rule.Patterns), "lockup report");
}
