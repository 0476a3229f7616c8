// ShowDocumentResult: answer of window/showDocument.
namespace VaQuest.Lsp.Protocol;

/// <summary>False when the client could not.</summary>
public sealed record ShowDocumentResult(bool Success);
