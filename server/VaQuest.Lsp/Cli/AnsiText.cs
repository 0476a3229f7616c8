// AnsiText: annotated text in a terminal's colours.
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Cli;

/// <summary>Writes documents with the sixteen standard colours, so that the user's own palette applies.</summary>
internal static class AnsiText
{
    private const string Reset = "\x1b[0m";

    public static void Write(TextWriter writer, AnnotatedText document)
    {
        int at = 0;
        foreach (TextSpan span in document.Spans)
        {
            if (span.Kind == SpanKind.Frame || span.Start < at || ColourOf(span.Kind) is not { } colour)
            {
                continue;
            }

            writer.Write(document.Text.AsSpan(at, span.Start - at));
            writer.Write(colour);
            writer.Write(document.Text.AsSpan(span.Start, span.Length));
            writer.Write(Reset);
            at = span.End;
        }

        writer.Write(document.Text.AsSpan(at));
    }

    private static string? ColourOf(SpanKind kind) => kind switch
    {
        SpanKind.Heading => "\x1b[1m",
        SpanKind.Error => "\x1b[31m",
        SpanKind.Function => "\x1b[36m",
        SpanKind.Source => "\x1b[32m",
        SpanKind.Absent => "\x1b[33m",
        SpanKind.Label or SpanKind.Proof => "\x1b[2m",
        _ => null,
    };
}
