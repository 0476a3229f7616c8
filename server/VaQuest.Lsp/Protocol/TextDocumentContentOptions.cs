// TextDocumentContentOptions: schemes of generated documents.
namespace VaQuest.Lsp.Protocol;

/// <summary>LSP 3.18.</summary>
public sealed record TextDocumentContentOptions(IReadOnlyList<string> Schemes);
