// FindingRules: the list of rules.
using VaQuest.Binary;
using VaQuest.Diagnosis.Explain;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Runs every rule. To add a rule, write its file and add its line here; the manual is made from the same list.</summary>
internal static class FindingRules
{
    /// <summary>In the order in which findings of the same severity are shown, and of the manual.</summary>
    public static readonly IReadOnlyList<FindingRule> All =
    [
        EarlierTrouble.Rule,
        HardwareErrors.Rule,
        TextDiffers.Rule,
        CorruptionReports.Rule,
        CorruptLists.Rule,
        Deadlocks.Rule,
        StuckProcessors.Rule,
        Lockups.Rule,
        RcuStalls.Rule,
        HungTasks.Rule,
        BlockedTasks.Rule,
        MemoryPressure.Rule,
        OfflineMemory.Rule,
        IoErrors.Rule,
        UnknownInterrupts.Rule,
        TaintedBefore.Rule,
        MemoryLeaks.Rule,
        OutOfTreeModuleInStack.Rule,
        NoPanicStack.Rule,
        IncompleteStack.Rule,
        UncertainFrames.Rule,
        DamagedDump.Rule,
        RefusedDebugFiles.Rule,
        StolenTimes.Rule,
        ClockTrouble.Rule,
        FirmwareBugs.Rule,
    ];

    /// <summary>The findings, the most serious first.</summary>
    public static IReadOnlyList<Finding> Run(CrashMaterial material, PanicFacts panic, PanicRecord record, LogLines log, StackTrace? stack)
    {
        var context = new FindingContext(material, panic, record, log, stack);
        var findings = new List<Finding>();
        foreach (FindingRule rule in All)
        {
            if (Run(rule, context) is { } finding)
            {
                findings.Add(finding);
            }
        }

        return [.. findings.OrderBy(finding => FindingSeverity.Rank(finding.Severity))];
    }

    // A rule that meets damage says so in its place; the others go on.
    private static Finding? Run(FindingRule rule, FindingContext context)
    {
        try
        {
            return rule.Check(context);
        }
        catch (DumpFormatException error)
        {
            return new Finding(rule.Id, FindingSeverity.Information, rule.Title + ": not checked", DumpText.Escape(error.Message), []);
        }
    }
}
