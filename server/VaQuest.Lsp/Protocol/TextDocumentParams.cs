// TextDocumentParams: parameters of requests about a whole document.
namespace VaQuest.Lsp.Protocol;

/// <summary>documentLink, documentSymbol, foldingRange, semanticTokens/full.</summary>
public sealed record TextDocumentParams(TextDocumentIdentifier TextDocument);
