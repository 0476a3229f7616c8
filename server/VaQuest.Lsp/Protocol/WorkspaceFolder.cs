// WorkspaceFolder: a folder open in the editor.
namespace VaQuest.Lsp.Protocol;

/// <summary>Uri and name.</summary>
public sealed record WorkspaceFolder(string Uri, string Name);
