// TextDocumentIdentifier: a document's address.
namespace VaQuest.Lsp.Protocol;

/// <summary>As the client spells it.</summary>
public sealed record TextDocumentIdentifier(string Uri);
