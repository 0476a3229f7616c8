// DocumentLinkFeature: frames and file names as links to source.
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Documents;

namespace VaQuest.Lsp.Features.DocumentLinks;

/// <summary>
/// textDocument/documentLink and documentLink/resolve. The target is made when the link is used, from the server's own span at that place
/// and only inside the configured roots: text of a dump never chooses where a link leads. A frame without a source position is no link; one
/// whose source is not on this machine leads to a page that says so. A pointer leads to the document of its object, a finding to the page
/// of its rule.
/// </summary>
internal sealed class DocumentLinkFeature(DocumentViews views, VirtualDocuments virtuals, ClientConnection client)
{
    /// <summary>More links than a person can use; a log of a whole boot with thousands of warnings stays quick.</summary>
    private const int MaxLinks = 5000;

    /// <summary>Frames of one module that are looked up before it counts as one without source positions.</summary>
    private const int MaxTries = 8;

    public object? HandleList(TextDocumentParams request, CancellationToken cancellation)
    {
        if (views.Find(request.TextDocument.Uri, cancellation) is not { } view)
        {
            return null;
        }

        var links = new List<DocumentLink>();
        var modules = new Dictionary<string, int>(StringComparer.Ordinal);
        int linkedLine = -1;
        foreach (TextSpan span in view.Text.Spans)
        {
            cancellation.ThrowIfCancellationRequested();
            if (links.Count >= MaxLinks)
            {
                break;
            }

            if (view.Dump is not null && LinkedDocument.NameOf(span.Target) is not null)
            {
                TextRange pointer = view.RangeOf(span);
                links.Add(new DocumentLink(pointer, Data: new DocumentLinkData(view.Uri, pointer.Start.Line, pointer.Start.Character)));
                continue;
            }

            if (span.Kind is not (SpanKind.Frame or SpanKind.Source) || span.Target is null)
            {
                continue;
            }

            // A report's frame line may name its file as well: one link on the function, one on the file.
            (int line, int character) = view.Text.PositionOf(span.Start);
            if (span.Kind == SpanKind.Frame && line == linkedLine)
            {
                continue;
            }

            if (!HasPosition(view, span.Target, modules, cancellation))
            {
                continue;
            }

            linkedLine = span.Kind == SpanKind.Frame ? line : linkedLine;
            TextRange range = span.Kind == SpanKind.Frame ? view.NameRangeOf(span) : view.RangeOf(span);
            links.Add(new DocumentLink(range, Data: new DocumentLinkData(view.Uri, range.Start.Line, Math.Max(character, range.Start.Character))));
        }

        if (view.Dump is not null && FindWaits(view.Text) is >= 0 and int waits)
        {
            (int line, int character) = view.Text.PositionOf(waits);
            var range = new TextRange(new Position(line, character), new Position(line, Math.Min(character + WaitGraphRenderer.Reference.Length, view.Text.LineStart(line + 1) - view.Text.LineStart(line) - 1)));
            links.Add(new DocumentLink(range, Tooltip: "Open the wait-for graph", Data: new DocumentLinkData(view.Uri, line, character)));
        }

        return links;
    }

    public object HandleResolve(DocumentLink link, CancellationToken cancellation)
    {
        if (link.Data is not { } data || views.Find(data.Uri, cancellation) is not { } view)
        {
            return link;
        }

        if (view.Dump is { } owner && FindWaits(view.Text) is >= 0 and int waits && view.Text.PositionOf(waits) == (data.Line, data.Character))
        {
            return link with { Target = virtuals.PublicUri(owner, VirtualDocuments.WaitsName, cancellation) };
        }

        string? note = null;
        SourceLocation? missing = null;
        foreach (TextSpan span in view.SpansAt(new Position(data.Line, data.Character)))
        {
            if (view.Dump is { } dump && LinkedDocument.NameOf(span.Target) is { } name)
            {
                return link with { Target = virtuals.PublicUri(dump, name, cancellation) };
            }

            if (span.Target is not { } target || span.Kind is SpanKind.Address or SpanKind.Register)
            {
                continue;
            }

            IReadOnlyList<ResolvedSource> sources = view.Lookup.FindSources(target, cancellation);
            if (sources.FirstOrDefault(source => source.LocalPath is not null) is { } found)
            {
                return link with { Target = TargetOf(found), Tooltip = found.Note.Length > 0 ? found.Note : null };
            }

            missing ??= sources.Select(source => source.Location).FirstOrDefault(location => location is not null);
            note ??= sources.Select(source => source.Note).FirstOrDefault(text => text.Length > 0);
        }

        if (missing is not null && virtuals.MissingSourceUri(view.Dump, missing, cancellation) is { } page)
        {
            return link with { Target = page, Tooltip = MissingSource.Sentence(missing) };
        }

        client.Notify("window/showMessage", new LogMessageParams(3, note ?? "No source position is known for this line."));
        return link;
    }


    // Looking up each frame of a long log would take seconds, so a module's first frames speak for the others.
    private static bool HasPosition(DocumentView view, SpanTarget target, Dictionary<string, int> modules, CancellationToken cancellation)
    {
        const int known = -1;
        if (target.Source is not null)
        {
            return true;
        }

        string module = target.Module ?? string.Empty;
        int tries = modules.GetValueOrDefault(module);
        if (tries is not known and < MaxTries)
        {
            bool isFound = view.Lookup.FindSources(target, cancellation).Any(source => source.LocalPath is not null || source.Location is not null);
            modules[module] = tries = isFound ? known : tries + 1;
        }

        return tries == known;
    }

    // Only the verdict, which stands before the first heading, refers to the graph; text from the dump begins behind it.
    private static int FindWaits(AnnotatedText text)
    {
        foreach (TextSpan span in text.Spans)
        {
            if (span.Kind == SpanKind.Heading)
            {
                int found = span.Start == 0 ? -1 : text.Text.LastIndexOf(WaitGraphRenderer.Reference, span.Start, StringComparison.Ordinal);
                int broken = found >= 0 || span.Start == 0 ? -1
                    : text.Text.LastIndexOf(WaitGraphRenderer.Reference.Replace(' ', '\n'), span.Start, StringComparison.Ordinal);
                return found >= 0 ? found : broken;
            }
        }

        return -1;
    }

    private static string TargetOf(ResolvedSource source)
    {
        string uri = DocumentUri.FromPath(source.LocalPath!);
        return source.Line <= 0 ? uri
            : source.Column > 0 ? FormattableString.Invariant($"{uri}#L{source.Line},{source.Column}")
            : FormattableString.Invariant($"{uri}#L{source.Line}");
    }
}
