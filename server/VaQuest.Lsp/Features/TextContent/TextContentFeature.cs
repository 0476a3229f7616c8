// TextContentFeature: the text of generated documents.
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server.Documents;

namespace VaQuest.Lsp.Features.TextContent;

/// <summary>workspace/textDocumentContent (LSP 3.18).</summary>
internal sealed class TextContentFeature(VirtualDocuments virtuals)
{
    public TextDocumentContentResult Handle(TextDocumentContentParams request, CancellationToken cancellation) =>
        new(virtuals.FindText(request.Uri, cancellation)
            ?? "This crash dump is not open any more. Open it again to see its report.\n");
}
