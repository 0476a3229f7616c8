// LogVerb: `vaquest log`.
using System.CommandLine;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Log;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Log;

/// <summary>Prints the kernel log as dmesg does.</summary>
internal sealed class LogVerb() : DumpVerb("log", "Print the kernel log, as dmesg prints it.")
{
    protected override int Answer(IDumpSession session, ParseResult arguments, Output output, CancellationToken cancellation)
    {
        IReadOnlyList<LogRecord> records = session.GetLogRecords(cancellation);
        if (IsJson(arguments))
        {
            WriteJson(output.Out, records);
        }
        else
        {
            output.Out.Write(LogRenderer.RenderText(records));
        }

        return ExitCode.Answered;
    }

    private static void WriteJson(TextWriter writer, IReadOnlyList<LogRecord> records)
    {
        using var json = new JsonOutput(writer, "log");
        json.Objects("records", records, record =>
        {
            json.Integer("sequence", record.Sequence);
            json.Integer("timestampNanoseconds", record.TimestampNanoseconds);
            json.Integer("level", record.Level);
            json.Integer("facility", record.Facility);
            json.Text("caller", record.CallerId is { } id ? CallerOf(id) : null, "the kernel did not record it");
            json.Text("text", record.Text);
        });
    }

    // printk_info.caller_id: the top bit tells a CPU number from a thread id.
    private static string CallerOf(uint id) =>
        (id & 0x80000000) != 0 ? FormattableString.Invariant($"C{id & 0x7fffffff}") : FormattableString.Invariant($"T{id}");
}
