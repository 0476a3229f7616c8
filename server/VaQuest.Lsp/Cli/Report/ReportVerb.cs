// ReportVerb: `vaquest report`.
using System.CommandLine;
using VaQuest.Diagnosis.Sessions;

namespace VaQuest.Lsp.Cli.Report;

/// <summary>Prints the crash report.</summary>
internal sealed class ReportVerb() : DumpVerb("report", "Print the crash report: what happened, system, stacks, findings, coverage.")
{
    protected override int Answer(IDumpSession session, ParseResult arguments, Output output, CancellationToken cancellation)
    {
        if (IsJson(arguments))
        {
            ReportJson.Write(output.Out, session.GetCrashReport(cancellation), session.Values);
        }
        else
        {
            output.Write(session.GetReport(cancellation));
        }

        return ExitCode.Answered;
    }
}
