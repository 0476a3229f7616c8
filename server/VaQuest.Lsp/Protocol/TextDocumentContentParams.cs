// TextDocumentContentParams: parameters of workspace/textDocumentContent and its refresh.
namespace VaQuest.Lsp.Protocol;

/// <summary>Address of a generated document.</summary>
public sealed record TextDocumentContentParams(string Uri);
