// DidChangeTextDocumentParams: parameters of textDocument/didChange.
namespace VaQuest.Lsp.Protocol;

/// <summary>Edits, to be applied in order.</summary>
public sealed record DidChangeTextDocumentParams(
    VersionedTextDocumentIdentifier TextDocument,
    IReadOnlyList<TextDocumentContentChangeEvent> ContentChanges);
