// DocumentSymbolFeature: the outline of a report or a log.
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Documents;

namespace VaQuest.Lsp.Features.DocumentSymbols;

/// <summary>textDocument/documentSymbol: sections, and the frames of stacks.</summary>
internal sealed class DocumentSymbolFeature(DocumentViews views, Func<ClientFeatures> client)
{
    private const int MaxSymbols = 10_000;

    public object? Handle(TextDocumentParams request, CancellationToken cancellation)
    {
        if (views.Find(request.TextDocument.Uri, cancellation) is not { } view)
        {
            return null;
        }

        int budget = MaxSymbols;
        List<DocumentSymbol> tree = Children(view, 0, view.Text.Sections.Count, ref budget);
        return client().HasHierarchicalSymbols ? tree : Flatten(view.Uri, tree);
    }

    // Sections are sorted by start line: what begins before a section ends is inside it.
    private static List<DocumentSymbol> Children(DocumentView view, int from, int to, ref int budget)
    {
        var symbols = new List<DocumentSymbol>();
        IReadOnlyList<TextSection> sections = view.Text.Sections;
        for (int i = from; i < to && budget > 0;)
        {
            TextSection section = sections[i];
            int end = i + 1;
            while (end < to && sections[end].StartLine <= section.EndLine && sections[end].Level > section.Level)
            {
                end++;
            }

            budget--;
            List<DocumentSymbol> children = Children(view, i + 1, end, ref budget);
            if (section.Kind == SectionKind.Stack && end == i + 1)
            {
                children = Frames(view, section, ref budget);
            }

            symbols.Add(SymbolOf(view, section, children));
            i = end;
        }

        return symbols;
    }

    private static DocumentSymbol SymbolOf(DocumentView view, TextSection section, List<DocumentSymbol> children)
    {
        string detail = section.Detail;
        return new DocumentSymbol(
            section.Title.Length > 0 ? section.Title : "Section",
            detail.Length > 0 ? detail : null,
            KindOf(section.Kind),
            new TextRange(new Position(section.StartLine, 0), LineEnd(view.Text, section.EndLine)),
            new TextRange(new Position(section.StartLine, 0), LineEnd(view.Text, section.StartLine)),
            children.Count > 0 ? children : null);
    }

    private static List<DocumentSymbol> Frames(DocumentView view, TextSection section, ref int budget)
    {
        var symbols = new List<DocumentSymbol>();
        for (int line = section.StartLine; line <= section.EndLine && budget > 0; line++)
        {
            foreach (TextSpan span in view.SpansOfLine(line))
            {
                if (span.Kind == SpanKind.Frame && span.Target?.Symbol is { Length: > 0 } function)
                {
                    symbols.Add(new DocumentSymbol(
                        function, span.Target.Module, SymbolKind.Function, view.RangeOf(span), view.NameRangeOf(span), null));
                    budget--;
                    break;
                }
            }
        }

        return symbols;
    }

    private static List<SymbolInformation> Flatten(string uri, List<DocumentSymbol> tree)
    {
        var flat = new List<SymbolInformation>();
        void Add(List<DocumentSymbol> symbols, string? container)
        {
            foreach (DocumentSymbol symbol in symbols)
            {
                flat.Add(new SymbolInformation(symbol.Name, symbol.Kind, new Location(uri, symbol.Range), container));
                if (symbol.Children is List<DocumentSymbol> children)
                {
                    Add(children, symbol.Name);
                }
            }
        }

        Add(tree, null);
        return flat;
    }

    private static Position LineEnd(AnnotatedText text, int line) => new(line, text.OffsetOf(line, int.MaxValue - 1) - text.LineStart(line));

    private static SymbolKind KindOf(SectionKind kind) => kind switch
    {
        SectionKind.Report => SymbolKind.File,
        SectionKind.Panic => SymbolKind.Event,
        SectionKind.System => SymbolKind.Object,
        SectionKind.Stack => SymbolKind.Class,
        SectionKind.Registers or SectionKind.Values => SymbolKind.Variable,
        SectionKind.Modules => SymbolKind.Package,
        SectionKind.Tasks => SymbolKind.Array,
        _ => SymbolKind.String,
    };
}
