// SymbolizeVerb: `vaquest symbolize`.
using System.CommandLine;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Images;

namespace VaQuest.Lsp.Cli.Symbolize;

/// <summary>
/// Prints function and file:line:column of each address, innermost inlined function first, as llvm-symbolizer does. Addresses are those of
/// the file (link-time); in a module, SECTION+OFFSET, or an offset in .text.
/// </summary>
internal sealed class SymbolizeVerb : Verb
{
    private readonly Option<string> _vmlinux = new("--vmlinux")
        { HelpName = "FILE", Required = true, Description = "vmlinux, or a module (.ko) with debug information." };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of text." };

    private readonly Argument<string[]> _addresses = new("ADDR")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "Link-time addresses, hexadecimal with or without 0x; in a module SECTION+OFFSET. None or -: read them from standard input.",
    };

    public SymbolizeVerb()
        : base("symbolize", "Print function, file and line of addresses, with inlined callers.")
    {
        Add(_vmlinux);
        Add(_json);
        Add(_addresses);
    }

    public override int Run(ParseResult arguments, Output output, Openers openers, CancellationToken cancellation)
    {
        var symbolizer = new ImageSymbolizer(DebugImage.Open(Path.GetFullPath(arguments.GetValue(_vmlinux)!)));
        string[] given = arguments.GetValue(_addresses) ?? [];
        bool isStandardInput = given is [] or ["-"];
        ISymbolWriter writer = arguments.GetValue(_json) ? new SymbolJsonWriter(output.Out) : new SymbolTextWriter(output.Out);
        using (writer)
        {
            IEnumerable<IReadOnlyList<string>> batches = isStandardInput ? AddressLines.Read(output.OpenInput()) : [given];
            foreach (IReadOnlyList<string> batch in batches)
            {
                Resolve(symbolizer, batch, isStandardInput, writer, output, cancellation);
                writer.Flush();
            }
        }

        return ExitCode.Answered;
    }

    private static void Resolve(
        ImageSymbolizer symbolizer, IReadOnlyList<string> lines, bool isStandardInput, ISymbolWriter writer, Output output, CancellationToken cancellation)
    {
        var addresses = new ImageAddress[lines.Count];
        for (int i = 0; i < addresses.Length; i++)
        {
            if (TryParse(lines[i], symbolizer.IsRelocatable, out addresses[i]))
            {
                continue;
            }

            // One bad line of thousands must not stop the others; a bad argument is a mistake of the moment.
            string message = $"{lines[i]} is not an address; write it in hexadecimal{(symbolizer.IsRelocatable ? ", or as SECTION+OFFSET" : "")}";
            if (!isStandardInput)
            {
                throw new UsageException(message);
            }

            output.WriteWarning(message);
            addresses[i] = new ImageAddress(ulong.MaxValue, null);
        }

        IReadOnlyList<SourceFrames?> found = symbolizer.Resolve(addresses, cancellation);
        for (int i = 0; i < addresses.Length; i++)
        {
            writer.Write(addresses[i], found[i]);
        }
    }

    private static bool TryParse(string text, bool isRelocatable, out ImageAddress address)
    {
        address = default;
        int plus = isRelocatable ? text.LastIndexOf('+') : -1;
        string? section = plus > 0 ? text[..plus].Trim() : null;
        if (!Numbers.TryParseAddress(text.AsSpan(plus + 1), out ulong value))
        {
            return false;
        }

        address = new ImageAddress(value, section);
        return true;
    }
}
