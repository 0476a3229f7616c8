// EarlierTrouble: the first report in the log before the crash.
using VaQuest.Diagnosis.Explain;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Log;

namespace VaQuest.Diagnosis.Findings;

/// <summary>A warning, lockup or oops that came before the crash: the first sign of trouble is often the cause.</summary>
internal static class EarlierTrouble
{
    /// <summary>The crash's own report begins at most this many lines above its message: "list_del corruption…", then BUG.</summary>
    private const int OwnLines = 4;

    private const ulong OwnNanoseconds = 1_000_000_000;

    public static readonly FindingRule Rule = new()
    {
        Id = "earlier-trouble",
        Severity = FindingSeverity.Error,
        Title = "An earlier report",
        Meaning = "The kernel reported something before it crashed: an oops (error), or a warning, lockup, stall, hung task, or corruption (warning). "
            + "The crash is often a late effect of the first of them.",
        Evidence = "The first such report in the log, and how long before the crash it was written. Lines that belong to the crash's own report do not count.",
        Advice = "Read the log from that line on before reading the crash itself. After an oops the kernel runs on with locks held and "
            + "data half changed, so do not trust later reports without it.",
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        List<LogEvent> earlier = [.. context.Record.Earlier.Where(e => context.Record.Index < 0 || !IsOwn(context, e))];
        if (earlier.Count == 0)
        {
            return null;
        }

        LogEvent first = earlier[0];
        int oops = earlier.FindIndex(e => e.Class == LogEventClass.Die);
        var evidence = new List<Evidence> { Line(context, first) };
        if (oops > 0)
        {
            evidence.Add(Line(context, earlier[oops]));
        }

        LogRecord record = context.Material.Log[context.Log.Origins[first.Index]];
        string more = earlier.Count > 1 ? FormattableString.Invariant($" It is the first of {earlier.Count} such reports.") : "";
        return new Finding(
            Rule.Id,
            oops >= 0 ? FindingSeverity.Error : FindingSeverity.Warning,
            oops >= 0 ? "An earlier oops" : Rule.Title,
            $"The log holds a report {context.Before(record)}.{more}",
            evidence);
    }

    private static Evidence Line(FindingContext context, LogEvent e) =>
        new($"[{LogText.Timestamp(context.Material.Log[context.Log.Origins[e.Index]])}] {DumpText.Escape(context.Log.Texts[e.Index])}");

    // The same check may report several tasks or CPUs at once before it panics: that is one report.
    private static bool IsOwn(FindingContext context, LogEvent e)
    {
        ulong crash = context.Material.Log[context.Log.Origins[context.Record.Index]].TimestampNanoseconds;
        ulong then = context.Material.Log[context.Log.Origins[e.Index]].TimestampNanoseconds;
        bool isSameTime = e.Class == LogEventClass.Report && then <= crash && crash - then < OwnNanoseconds;
        return e.Kind == context.Record.Kind && context.Record.Index > e.Index && (isSameTime || context.Record.Index - e.Index <= OwnLines);
    }
}
