// FoldingFeature: sections fold.
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Documents;

namespace VaQuest.Lsp.Features.Folding;

/// <summary>textDocument/foldingRange.</summary>
internal sealed class FoldingFeature(DocumentViews views, Func<ClientFeatures> client)
{
    private const int DefaultLimit = 5000;

    public object? Handle(TextDocumentParams request, CancellationToken cancellation)
    {
        if (views.Find(request.TextDocument.Uri, cancellation) is not { } view)
        {
            return null;
        }

        IEnumerable<TextSection> folding = view.Text.Sections.Where(section => section.EndLine > section.StartLine);
        return folding.Take(client().FoldingLimit ?? DefaultLimit)
            .Select(section => new FoldingRange(section.StartLine, section.EndLine)).ToArray();
    }
}
