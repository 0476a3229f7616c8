// TextDocumentPositionParams: parameters of requests about a place.
namespace VaQuest.Lsp.Protocol;

/// <summary>hover, definition, references.</summary>
public sealed record TextDocumentPositionParams(TextDocumentIdentifier TextDocument, Position Position);
