// WorkspaceSymbolFeature: tasks and symbols of open dumps and functions in open logs, by name.
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Features.Definition;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server.Documents;
using VaQuest.Lsp.Server.Dumps;

namespace VaQuest.Lsp.Features.WorkspaceSymbols;

/// <summary>workspace/symbol: a task leads to its page, a symbol to its source where that is known, else to the report.</summary>
internal sealed class WorkspaceSymbolFeature(DocumentViews views, DumpRegistry dumps, VirtualDocuments virtuals)
{
    private const int MaxSymbols = 200;

    public object Handle(WorkspaceSymbolParams request, CancellationToken cancellation)
    {
        var symbols = new List<SymbolInformation>();
        AddLogs(symbols, request.Query, cancellation);
        foreach (OpenDump dump in dumps.All)
        {
            // An empty query asks for everything: a kernel has 150,000 symbols, so nothing is the better answer.
            if (request.Query.Length > 0 && symbols.Count < MaxSymbols)
            {
                AddDump(symbols, dump, request.Query, cancellation);
            }
        }

        return symbols;
    }

    private void AddDump(List<SymbolInformation> symbols, OpenDump dump, string query, CancellationToken cancellation)
    {
        string? report = null;
        foreach (SpanTarget target in dump.Session.FindSymbols(query, MaxSymbols - symbols.Count, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            if (target.Pid is { } pid && LinkedDocument.NameOf(target) is { } page)
            {
                var place = new Location(virtuals.PublicUri(dump, page, cancellation), SourceRange.Start);
                symbols.Add(new SymbolInformation($"{DumpText.Escape(target.Symbol ?? "")} (PID {pid})", SymbolKind.Event, place, dump.Session.Title));
                continue;
            }

            ResolvedSource? source = dump.Session.FindSources(target, cancellation).LastOrDefault(found => found.LocalPath is not null);
            Location location = source is not null
                ? new Location(DocumentUri.FromPath(source.LocalPath!), SourceRange.Of(source))
                : new Location(report ??= virtuals.PublicUri(dump, VirtualDocuments.ReportName, cancellation), Start);
            symbols.Add(new SymbolInformation(target.Symbol ?? target.Address?.ToString() ?? "?", SymbolKind.Function, location, target.Module ?? dump.Session.Title));
        }
    }

    private void AddLogs(List<SymbolInformation> symbols, string query, CancellationToken cancellation)
    {
        foreach (DocumentView log in views.OpenLogs())
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (TextSpan span in log.Text.Spans)
            {
                cancellation.ThrowIfCancellationRequested();
                if (symbols.Count >= MaxSymbols)
                {
                    return;
                }

                if (span.Kind == SpanKind.Function && span.Target?.Symbol is { } name
                    && name.Contains(query, StringComparison.OrdinalIgnoreCase) && seen.Add(name))
                {
                    symbols.Add(new SymbolInformation(name, SymbolKind.Function, new Location(log.Uri, log.RangeOf(span)), span.Target.Module));
                }
            }
        }
    }

    private static TextRange Start => new(new Position(0, 0), new Position(0, 0));
}
