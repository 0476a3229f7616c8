// WorkspaceFoldersChangeEvent: folders that came and went.
namespace VaQuest.Lsp.Protocol;

/// <summary>Of didChangeWorkspaceFolders.</summary>
public sealed record WorkspaceFoldersChangeEvent(
    IReadOnlyList<WorkspaceFolder>? Added,
    IReadOnlyList<WorkspaceFolder>? Removed);
