// DecodeVerb: `vaquest decode`.
using System.CommandLine;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Logs;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Cli.Decode;

/// <summary>Prints a text log with the source place behind each frame, and the inlined functions below it.</summary>
internal sealed class DecodeVerb : Verb
{
    /// <summary>A log is text; a file above this is something else.</summary>
    private const long MaxLogBytes = 256L << 20;

    private readonly Argument<string> _log = new("LOG") { Description = "A kernel log as text; - for standard input." };
    private readonly Option<string> _vmlinux = new("--vmlinux") { HelpName = "FILE", Description = "The kernel's debug file; without it, it is looked for by release." };
    private readonly Option<string[]> _debug = new("--debug")
        { HelpName = "DIR", Description = "A directory with modules' debug files; may be given again." };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of text." };

    public DecodeVerb()
        : base("decode", "Print a text oops with source lines behind its frames.")
    {
        Add(_log);
        Add(_vmlinux);
        Add(_debug);
        Add(_json);
    }

    public override int Run(ParseResult arguments, Output output, Openers openers, CancellationToken cancellation)
    {
        string text = ReadLog(arguments.GetValue(_log)!, output);
        var resolver = new LogResolver(new SessionOptions
        {
            Vmlinux = arguments.GetValue(_vmlinux) is { } vmlinux ? Path.GetFullPath(vmlinux) : null,
            DebugDirectories = Array.ConvertAll(arguments.GetValue(_debug) ?? [], Path.GetFullPath),
        });
        DecodedLog decoded = resolver.Decode(text, cancellation);
        if (arguments.GetValue(_json))
        {
            DecodeJson.Write(output.Out, decoded);
        }
        else
        {
            WriteText(output.Out, decoded);
        }

        foreach (string note in decoded.Notes)
        {
            output.WriteWarning(note);
        }

        return ExitCode.Answered;
    }

    private static string ReadLog(string path, Output output)
    {
        using Stream stream = path == "-" ? output.OpenInput() : LogFile.Open(Path.GetFullPath(path), MaxLogBytes);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private static void WriteText(TextWriter writer, DecodedLog decoded)
    {
        ILookup<int, DecodedFrame> byLine = decoded.Frames.ToLookup(frame => frame.Frame.Line);
        string[] lines = decoded.Log.Text.Text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            writer.Write(DumpText.Escape(lines[i].TrimEnd('\r')));
            foreach (SourceFrame frame in byLine[i].SelectMany(found => found.Chain?.Frames ?? []))
            {
                writer.Write("\n        ");
                writer.Write(PlaceOf(frame));
            }

            writer.Write(i == lines.Length - 1 ? "" : "\n");
        }
    }

    private static string PlaceOf(SourceFrame frame)
    {
        string source = FrameText.SourceOf(frame.Location);
        return $"{DumpText.Escape(frame.Function)} {(source.Length > 0 ? "at " + source : "(no line)")}{(frame.IsInlined ? " (inlined)" : "")}";
    }
}
