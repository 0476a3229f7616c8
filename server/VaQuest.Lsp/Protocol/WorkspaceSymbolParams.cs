// WorkspaceSymbolParams: parameters of workspace/symbol.
namespace VaQuest.Lsp.Protocol;

/// <summary>Part of a name.</summary>
public sealed record WorkspaceSymbolParams(string Query);
