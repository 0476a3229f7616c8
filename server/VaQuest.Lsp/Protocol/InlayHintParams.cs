// InlayHintParams: parameters of textDocument/inlayHint.
namespace VaQuest.Lsp.Protocol;

/// <summary>Range is the part of the document that is shown.</summary>
public sealed record InlayHintParams(TextDocumentIdentifier TextDocument, TextRange Range);
