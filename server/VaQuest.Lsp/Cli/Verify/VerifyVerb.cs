// VerifyVerb: `vaquest verify`.
using System.CommandLine;
using VaQuest.Dumps;
using VaQuest.Dumps.Verification;

namespace VaQuest.Lsp.Cli.Verify;

/// <summary>
/// Reads and decompresses every page and says what is damaged. Damage is an answer: the exit code is 0 and a line on standard error sums it
/// up; scripts look at "sound" in the JSON.
/// </summary>
internal sealed class VerifyVerb : Verb
{
    private readonly Argument<string> _dump = new("DUMP") { Description = "The crash dump (vmcore)." };
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of text." };

    public VerifyVerb()
        : base("verify", "Read and decompress every page of the dump; list what is damaged or missing.")
    {
        Add(_dump);
        Add(_json);
    }

    public override bool StopsOnSignal => true;

    public override int Run(ParseResult arguments, Output output, Openers openers, CancellationToken cancellation)
    {
        using Vmcore dump = VmcoreFile.Open(Path.GetFullPath(arguments.GetValue(_dump)!), cancellationToken: cancellation);
        DumpCheck check;
        using (var progress = new ProgressLine(output, "reading"))
        {
            check = DumpVerifier.Verify(dump, progress, cancellation);
        }

        if (arguments.GetValue(_json))
        {
            VerifyJson.Write(output.Out, dump, check);
        }
        else
        {
            output.Write(VerifyText.Render(dump, check));
        }

        foreach (string warning in dump.Warnings)
        {
            output.WriteWarning(warning);
        }

        if (!check.IsSound)
        {
            output.WriteWarning(FormattableString.Invariant(
                $"{dump.Path}: {check.Damaged} pages are damaged and {check.Missing} are missing; everything else was read"));
        }

        return ExitCode.Answered;
    }
}
