// TextDocumentContentResult: answer of workspace/textDocumentContent.
namespace VaQuest.Lsp.Protocol;

/// <summary>The document.</summary>
public sealed record TextDocumentContentResult(string Text);
