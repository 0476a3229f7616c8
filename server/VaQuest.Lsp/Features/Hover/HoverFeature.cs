// HoverFeature: what is under the cursor.
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Features.SourceValues;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Documents;

namespace VaQuest.Lsp.Features.Hover;

/// <summary>textDocument/hover: the most specific span that something is known about; in source files the value of a variable.</summary>
internal sealed class HoverFeature(DocumentViews views, SourceHover sources, Func<ClientFeatures> client)
{
    public Protocol.Hover? Handle(TextDocumentPositionParams request, CancellationToken cancellation)
    {
        if (views.Find(request.TextDocument.Uri, cancellation) is not { } view)
        {
            return sources.Find(request.TextDocument.Uri, request.Position, cancellation);
        }

        foreach (TextSpan span in view.SpansAt(request.Position))
        {
            if (span.Target is not { } target)
            {
                continue;
            }

            IReadOnlyList<string> lines = view.Lookup.Describe(target, cancellation);
            if (lines.Count > 0)
            {
                return new Protocol.Hover(HoverText.Render([.. lines, .. NotesOn(view, span, target, cancellation)], client().HasMarkdownHover), view.RangeOf(span));
            }
        }

        return null;
    }

    // A click would lead to a page that says it at length; here it is one line. The files of an inlined chain are often the same.
    private static IEnumerable<string> NotesOn(DocumentView view, TextSpan span, SpanTarget target, CancellationToken cancellation) =>
        span.Kind is SpanKind.Frame or SpanKind.Function or SpanKind.Source
            ? view.Lookup.FindSources(target, cancellation)
                .Select(source => source is { LocalPath: null, Location: { } location } ? MissingSource.Sentence(location)
                    : source.LocalPath is null ? string.Empty : source.Note)
                .Where(note => note.Length > 0).Distinct()
            : [];
}
