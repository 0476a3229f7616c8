// TextDocumentItem: a document the client opened.
namespace VaQuest.Lsp.Protocol;

/// <summary>With its full text.</summary>
public sealed record TextDocumentItem(string Uri, string LanguageId, int Version, string Text);
