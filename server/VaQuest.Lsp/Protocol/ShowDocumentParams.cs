// ShowDocumentParams: parameters of window/showDocument.
namespace VaQuest.Lsp.Protocol;

/// <summary>A document to put before the user, and the place in it.</summary>
public sealed record ShowDocumentParams(string Uri, bool TakeFocus, TextRange? Selection = null);
