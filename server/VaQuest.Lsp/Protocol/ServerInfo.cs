// ServerInfo: name and version of the server.
namespace VaQuest.Lsp.Protocol;

/// <summary>For logs.</summary>
public sealed record ServerInfo(string Name, string Version);
