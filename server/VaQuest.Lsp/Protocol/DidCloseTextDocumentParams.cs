// DidCloseTextDocumentParams: parameters of textDocument/didClose.
namespace VaQuest.Lsp.Protocol;

/// <summary>A document was closed.</summary>
public sealed record DidCloseTextDocumentParams(TextDocumentIdentifier TextDocument);
