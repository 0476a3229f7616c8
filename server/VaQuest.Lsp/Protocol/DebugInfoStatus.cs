// DebugInfoStatus: how debug information matches a dump.
namespace VaQuest.Lsp.Protocol;

/// <summary>State is matched, partial or missing.</summary>
public sealed record DebugInfoStatus(string State, string Summary, string Detail);
