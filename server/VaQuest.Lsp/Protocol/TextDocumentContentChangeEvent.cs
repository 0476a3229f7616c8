// TextDocumentContentChangeEvent: one edit of an open document.
namespace VaQuest.Lsp.Protocol;

/// <summary>Without a range <see cref="Text"/> is the whole document.</summary>
public sealed record TextDocumentContentChangeEvent(TextRange? Range, string Text);
