// DefinitionFeature: from a frame or a symbol to its source lines.
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Documents;

namespace VaQuest.Lsp.Features.Definition;

/// <summary>
/// textDocument/definition: innermost inlined function first; anywhere on a frame's line. A source that is not on this machine leads to a page
/// that says so, a pointer to an object to the object's own document.
/// </summary>
internal sealed class DefinitionFeature(DocumentViews views, VirtualDocuments virtuals, Func<ClientFeatures> client)
{
    /// <summary>Pages below this are never mapped in a kernel.</summary>
    private const ulong FirstAddress = 4096;

    public object? Handle(TextDocumentPositionParams request, CancellationToken cancellation)
    {
        if (views.Find(request.TextDocument.Uri, cancellation) is not { } view)
        {
            return null;
        }

        TextSpan? origin = null;
        ResolvedSource[] best = [];
        foreach (TextSpan span in view.SpansAt(request.Position))
        {
            if (view.Dump is { } dump && LinkedDocument.NameOf(span.Target) is { } page)
            {
                return Answer(view, span, [(virtuals.PublicUri(dump, page, cancellation), SourceRange.Start)]);
            }

            if (span.Target is { } target && target.Register is null)
            {
                ResolvedSource[] sources = [.. view.Lookup.FindSources(target, cancellation)];
                ResolvedSource[] found = [.. sources.Where(source => source.LocalPath is not null)];
                if (found.Length > 0)
                {
                    return Answer(view, span, [.. found.Select(source => (DocumentUri.FromPath(source.LocalPath!), SourceRange.Of(source)))]);
                }

                if (origin is null && sources.Any(source => source.Location is not null))
                {
                    (origin, best) = (span, sources);
                }
            }
        }

        if (origin is null && view.Dump is { } opened && MemoryAt(view, request.Position) is { } memory)
        {
            return Answer(view, memory, [(virtuals.PublicUri(opened, KernelPage.OfMemory(memory.Target!.Address!.Value), cancellation), SourceRange.Start)]);
        }

        return origin is { } from
            && virtuals.MissingSourceUri(view.Dump, best.First(source => source.Location is not null).Location!, cancellation) is { } missing
            ? Answer(view, from, [(missing, SourceRange.Start)])
            : null;
    }

    // An address that is neither code nor an object with a type still has bytes.
    private static TextSpan? MemoryAt(DocumentView view, Position position)
    {
        foreach (TextSpan span in view.SpansAt(position))
        {
            if (span is { Kind: SpanKind.Address, Target.Address.Value: >= FirstAddress })
            {
                return span;
            }
        }

        return null;
    }

    private object Answer(DocumentView view, TextSpan from, (string Uri, TextRange Range)[] places) =>
        client().HasDefinitionLinks
            ? places.Select(place => new LocationLink(
                from.Kind == SpanKind.Frame ? view.NameRangeOf(from) : view.RangeOf(from), place.Uri, place.Range, place.Range)).ToArray()
            : places.Select(place => new Location(place.Uri, place.Range)).ToArray();
}
