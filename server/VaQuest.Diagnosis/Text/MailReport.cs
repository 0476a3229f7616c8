// MailReport: the crash report as a plain mail.
using System.Globalization;
using VaQuest.Diagnosis.Reports;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Text;

/// <summary>
/// Renders a report for a mailing list: ASCII, at most 75 columns, as reports on the kernel's lists are. A name is never broken: a frame
/// that is too long gives its source on the next line, and only a single name longer than a line makes the line longer.
/// </summary>
public static class MailReport
{
    /// <summary>What mail clients leave room for when a mail is quoted twice (checkpatch and the kernel's own advice for change logs).</summary>
    public const int Width = 75;

    /// <summary>Log records behind the message; the registers of an oops and its trace have some fifty.</summary>
    private const int MaxRecords = 60;

    private const string Indent = "  ";

    public static string Render(CrashReport report, MailOptions options)
    {
        var privacy = new MailPrivacy(report, options);
        var mail = new MailText(privacy.Apply);
        mail.Wrap(string.Join(' ', report.Panic.Explanation), "");
        WriteFacts(mail, report, options);
        WriteStack(mail, report, privacy);
        WriteLog(mail, report);
        WriteFindings(mail, report);
        foreach (string warning in report.Warnings)
        {
            mail.Blank();
            mail.Wrap("Warning: " + warning, "");
        }

        return mail.ToString();
    }

    private static void WriteFacts(MailText mail, CrashReport report, MailOptions options)
    {
        mail.Blank();
        mail.Field("message", TextOf(report.Panic.Message));
        mail.Field("kind", PanicKinds.NameOf(report.Panic.Kind));
        if (report.Panic.Comm.HasValue && report.Panic.Pid.HasValue)
        {
            string cpu = report.Panic.Cpu.HasValue ? FormattableString.Invariant($", CPU {report.Panic.Cpu.Value}") : "";
            mail.Field("task", FormattableString.Invariant($"PID {report.Panic.Pid.Value} {report.Panic.Comm.Value}{cpu}"));
        }

        mail.Field("signature", report.Signature);
        mail.Field("kernel", TextOf(report.Kernel.Release));
        mail.Field("version", TextOf(report.Kernel.Version));
        mail.Field("build id", TextOf(report.Kernel.BuildId));
        mail.Field("taints", report.Kernel.Taints.HasValue ? report.Kernel.Taints.Value.Count == 0 ? "none" : string.Join(", ", report.Kernel.Taints.Value) : $"({report.Kernel.Taints.Reason})");
        string uptime = report.System.UptimeSeconds.HasValue ? ", up " + Words.Duration(report.System.UptimeSeconds.Value) : "";
        string cpus = report.System.Cpus.HasValue ? ", " + Words.Count(report.System.Cpus.Value, "CPU") : "";
        string memory = report.System.MemoryBytes.HasValue ? ", " + Words.Bytes(report.System.MemoryBytes.Value) : "";
        mail.Field("machine", report.Dump.Architecture + cpus + memory + uptime);
        if (!options.HideNames)
        {
            mail.Field("host", TextOf(report.System.Hostname));
            mail.Field("command line", TextOf(report.Kernel.CommandLine));
        }
    }

    private static void WriteStack(MailText mail, CrashReport report, MailPrivacy privacy)
    {
        if (report.Stacks.FirstOrDefault(stack => stack.IsPanicStack) is not { } panic)
        {
            return;
        }

        mail.Blank();
        mail.Line("Call trace (> marks where it went wrong):");
        for (int i = 0; i < panic.Frames.Count; i++)
        {
            StackFrame frame = panic.Frames[i];
            string name = (i == report.Panic.CulpritIndex ? "> " : Indent) + FrameText.NameOf(frame);
            string source = privacy.PathOf(frame.Source);
            string note = frame.Kind switch
            {
                FrameKind.Inlined => "(inlined)",
                FrameKind.TailCall => "(tail call)",
                _ => frame.Proof == FrameProof.Scan ? "(not certain)" : "",
            };
            string behind = string.Join(' ', new[] { source, note }.Where(part => part.Length > 0));
            mail.Pair(name, behind, Indent + Indent + Indent);
        }

        if (!panic.IsComplete)
        {
            mail.Wrap($"(the stack ends here: {panic.EndReason})", Indent);
        }
    }

    private static void WriteLog(MailText mail, CrashReport report)
    {
        if (report.LogExcerpt.Count == 0)
        {
            return;
        }

        mail.Blank();
        mail.Line("Log:");
        foreach (LogRecord record in report.LogExcerpt.Take(MaxRecords))
        {
            foreach (string line in record.Text.Split('\n'))
            {
                mail.Wrap($"[{LogText.Timestamp(record)}] {line}", "", Indent + Indent);
            }
        }
    }

    private static void WriteFindings(MailText mail, CrashReport report)
    {
        if (report.Findings.Count == 0)
        {
            return;
        }

        mail.Blank();
        mail.Line("Findings:");
        foreach (Finding finding in report.Findings)
        {
            mail.Wrap($"{finding.Severity}: {finding.Title}. {finding.Text}", "", Indent);
            foreach (Evidence evidence in finding.Evidence)
            {
                mail.Wrap(evidence.Text, Indent, Indent + Indent);
            }

            if (finding.Link is { } link)
            {
                mail.Line(Indent + "see " + link);
            }
        }
    }

    private static string TextOf(Known<string> value) => value.HasValue ? value.Value : string.Create(CultureInfo.InvariantCulture, $"({value.Reason})");
}
