// DidOpenTextDocumentParams: parameters of textDocument/didOpen.
namespace VaQuest.Lsp.Protocol;

/// <summary>A document was opened.</summary>
public sealed record DidOpenTextDocumentParams(TextDocumentItem TextDocument);
