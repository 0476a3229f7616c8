// SemanticTokensFeature: colours of spans.
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server.Documents;

namespace VaQuest.Lsp.Features.SemanticTokens;

/// <summary>textDocument/semanticTokens/full, with the standard token types, so that every theme has colours for them.</summary>
internal sealed class SemanticTokensFeature(DocumentViews views)
{
    private static readonly Dictionary<SpanKind, string> s_types = new()
    {
        [SpanKind.Heading] = "keyword",
        [SpanKind.Address] = "number",
        [SpanKind.Function] = "function",
        [SpanKind.Symbol] = "variable",
        [SpanKind.Source] = "string",
        [SpanKind.Task] = "class",
        [SpanKind.Module] = "namespace",
        [SpanKind.Register] = "property",
        [SpanKind.Label] = "comment",
        [SpanKind.Error] = "macro",
        [SpanKind.Absent] = "comment",
        [SpanKind.Proof] = "decorator",
        [SpanKind.Finding] = "keyword",
    };

    private static readonly string[] s_legend = [.. s_types.Values.Distinct()];

    public static SemanticTokensLegend Legend { get; } = new(s_legend, []);

    public Protocol.SemanticTokens? Handle(TextDocumentParams request, CancellationToken cancellation)
    {
        if (views.Find(request.TextDocument.Uri, cancellation) is not { } view)
        {
            return null;
        }

        var data = new List<int>(view.Text.Spans.Count * 5);
        int lastLine = 0;
        int lastCharacter = 0;
        int end = 0;
        foreach (TextSpan span in view.Text.Spans)
        {
            // Tokens may not overlap, nor cross lines.
            if (!s_types.TryGetValue(span.Kind, out string? type) || span.Start < end || span.Length <= 0)
            {
                continue;
            }

            cancellation.ThrowIfCancellationRequested();
            (int line, int character) = view.Text.PositionOf(span.Start);
            int length = Math.Min(span.Length, view.Text.OffsetOf(line, int.MaxValue - 1 - span.Length) - span.Start);
            if (length <= 0)
            {
                continue;
            }

            data.AddRange([line - lastLine, line == lastLine ? character - lastCharacter : character, length, Array.IndexOf(s_legend, type), 0]);
            (lastLine, lastCharacter, end) = (line, character, span.End);
        }

        return new Protocol.SemanticTokens(data);
    }
}
