// InitializeResult: answer of initialize.
namespace VaQuest.Lsp.Protocol;

/// <summary>Capabilities and name.</summary>
public sealed record InitializeResult(ServerCapabilities Capabilities, ServerInfo ServerInfo);
