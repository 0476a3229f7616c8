// ExecuteCommandOptions: commands of the server.
namespace VaQuest.Lsp.Protocol;

/// <summary>For workspace/executeCommand.</summary>
public sealed record ExecuteCommandOptions(IReadOnlyList<string> Commands, bool WorkDoneProgress);
