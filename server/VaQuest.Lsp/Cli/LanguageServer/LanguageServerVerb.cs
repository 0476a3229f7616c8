// LanguageServerVerb: `vaquest lsp`.
using System.CommandLine;
using VaQuest.Diagnosis.Sessions;

namespace VaQuest.Lsp.Cli.LanguageServer;

/// <summary>Runs the language server on standard input and output.</summary>
internal sealed class LanguageServerVerb() : Verb("lsp", "Run the language server on standard input and output.")
{
    public override int Run(ParseResult arguments, Output output, Openers openers, CancellationToken cancellation) =>
        Server.LanguageServer.RunAsync(output.OpenInput(), output.OpenRawOutput(), DumpSession.Open, cancellation).GetAwaiter().GetResult();
}
