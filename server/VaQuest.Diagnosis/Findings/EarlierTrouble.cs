// EarlierTrouble: the first report in the log before the crash.
using VaQuest.Diagnosis.Explain;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Log;

namespace VaQuest.Diagnosis.Findings;

/// <summary>A warning, lockup or oops that came before the crash: the first sign of trouble is often the cause.</summary>
internal static class EarlierTrouble
{
    public static Finding? Check(FindingContext context)
    {
        if (context.Record.Earlier is not [LogEvent first, ..])
        {
            return null;
        }

        LogRecord record = context.Material.Log[context.Log.Origins[first.Index]];
        string line = DumpText.Escape(context.Log.Texts[first.Index]);
        string before = context.Record.Index >= 0
            ? Words.Duration((context.Material.Log[context.Log.Origins[context.Record.Index]].TimestampNanoseconds
                - (double)record.TimestampNanoseconds) / 1e9) + " before the crash"
            : "before the end of the log";
        string more = context.Record.Earlier.Count > 1
            ? FormattableString.Invariant($" It is the first of {context.Record.Earlier.Count} such reports.") : "";
        return new Finding(
            "earlier-trouble",
            first.Class == LogEventClass.Die ? "error" : "warning",
            first.Class == LogEventClass.Die ? "An earlier oops" : "An earlier report",
            $"The log holds a report {before}.{more}",
            [new Evidence($"[{LogText.Timestamp(record)}] {line}")]);
    }
}
