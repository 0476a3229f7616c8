// DidChangeWorkspaceFoldersParams: parameters of workspace/didChangeWorkspaceFolders.
namespace VaQuest.Lsp.Protocol;

/// <summary>What changed.</summary>
public sealed record DidChangeWorkspaceFoldersParams(WorkspaceFoldersChangeEvent Event);
