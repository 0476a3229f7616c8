// ReportVerb: `vaquest report`.
using System.CommandLine;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Cli.Report;

/// <summary>Prints the crash report.</summary>
internal sealed class ReportVerb : DumpVerb
{
    private readonly Option<bool> _mail = new("--mail") { Description = "Plain text of at most 75 columns, for a mailing list." };
    private readonly Option<bool> _hideAddresses = new("--hide-addresses") { Description = "With --mail: labels in place of addresses." };

    private readonly Option<bool> _hideNames = new("--hide-names")
        { Description = "With --mail: without host name, command line, directories and names of user tasks." };

    public ReportVerb()
        : base("report", "Print the crash report: what happened, system, stacks, findings, coverage.")
    {
        Add(_mail);
        Add(_hideAddresses);
        Add(_hideNames);
    }

    // Its coverage says what is missing.
    protected override bool NeedsKernel => false;

    protected override void CheckUse(ParseResult arguments)
    {
        MailOptions options = OptionsOf(arguments);
        bool isMail = arguments.GetValue(_mail);
        if (!isMail && (options.HideAddresses || options.HideNames))
        {
            throw new UsageException("--hide-addresses and --hide-names change what --mail prints; give --mail with them");
        }

        if (isMail && IsJson(arguments))
        {
            throw new UsageException("--mail and --json exclude each other; give one of them");
        }
    }

    protected override int Answer(IDumpSession session, ParseResult arguments, Output output, CancellationToken cancellation)
    {
        if (arguments.GetValue(_mail))
        {
            output.Out.Write(session.GetMailReport(OptionsOf(arguments), cancellation));
        }
        else if (IsJson(arguments))
        {
            ReportJson.Write(output.Out, session.GetCrashReport(cancellation), session.Values);
        }
        else
        {
            output.Write(session.GetReport(cancellation));
        }

        return ExitCode.Answered;
    }

    private MailOptions OptionsOf(ParseResult arguments) =>
        new() { HideAddresses = arguments.GetValue(_hideAddresses), HideNames = arguments.GetValue(_hideNames) };
}
