// ClockTrouble: clocks that were wrong, and times of the log that run backwards.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Log;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Unstable clock sources and jumps of the log's clock.</summary>
internal static class ClockTrouble
{
    /// <summary>CPUs' clocks differ by microseconds, and records of several CPUs mix; a second is neither.</summary>
    private const ulong BackwardsNanoseconds = 1_000_000_000;

    public static readonly FindingRule Rule = new()
    {
        Id = "clock-trouble",
        Severity = FindingSeverity.Note,
        Title = "The clock was not steady",
        Meaning = "The kernel gave up a clock source (information: usual in virtual machines), or the log's own time ran backwards (note). "
            + "Durations in the log, timeouts and watchdogs are then doubtful.",
        Evidence = "The clock-source watchdog's lines (not what a boot says of TSCs that were never in step), and records whose time is more than a second before that of the record above them.",
        Advice = "Do not count seconds between lines across such a place. On a virtual machine look for a pause, a migration or an overloaded host.",
        Patterns =
        [
            new("clocksource: ", "Marking clocksource"),
            new("Clocksource ", "unstable"),
        ],
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        List<Evidence> evidence = FindingContext.EvidenceOf(context.Find(Rule.Patterns));
        bool isUnstable = evidence.Count > 0;
        int jumps = 0;
        for (int i = 1; i < context.Material.Log.Count; i++)
        {
            LogRecord above = context.Material.Log[i - 1];
            LogRecord record = context.Material.Log[i];
            bool isJump = above.HasTimestamp && record.HasTimestamp
                && above.TimestampNanoseconds > record.TimestampNanoseconds + BackwardsNanoseconds;
            if (isJump && jumps++ < FindingContext.MaxEvidence)
            {
                evidence.Add(new Evidence($"[{LogText.Timestamp(record)}] comes after [{LogText.Timestamp(above)}]"));
            }
        }

        string text = (isUnstable ? "The kernel stopped trusting a clock source." : "")
            + (jumps > 0 ? (isUnstable ? " " : "") + $"The log's time runs backwards in {Words.Count(jumps, "place")}." : "");
        return evidence.Count == 0 ? null
            : new Finding(Rule.Id, jumps > 0 ? FindingSeverity.Note : FindingSeverity.Information, Rule.Title, text, evidence);
    }
}
