// WorkspaceOptions: workspace capabilities of the server.
namespace VaQuest.Lsp.Protocol;

/// <summary>Generated documents and folders.</summary>
public sealed record WorkspaceOptions(
    TextDocumentContentOptions? TextDocumentContent,
    WorkspaceFoldersOptions WorkspaceFolders);
