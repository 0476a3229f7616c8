// InfoVerb: `vaquest info`.
using System.CommandLine;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Cli.Info;

/// <summary>Prints what the dump file itself says. Needs no kernel, so it works for every architecture that can be detected.</summary>
internal sealed class InfoVerb : Verb
{
    private readonly Argument<string> _dump = new("DUMP") { Description = "The crash dump (vmcore); FILE@ADDRESS for a raw memory image." };
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of text." };

    public InfoVerb()
        : base("info", "Print the dump's format, architecture, VMCOREINFO and notes.")
    {
        Add(_dump);
        Add(_json);
    }

    public override int Run(ParseResult arguments, Output output, Openers openers, CancellationToken cancellation)
    {
        DumpInfo info = openers.ReadInfo(Path.GetFullPath(arguments.GetValue(_dump)!), cancellation);
        if (arguments.GetValue(_json))
        {
            InfoJson.Write(output.Out, info);
        }
        else
        {
            output.Write(DumpInfoRenderer.Render(info));
        }

        foreach (string warning in info.Warnings)
        {
            output.WriteWarning(warning);
        }

        return ExitCode.Answered;
    }
}
