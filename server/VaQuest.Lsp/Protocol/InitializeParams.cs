// InitializeParams: parameters of initialize.
using Newtonsoft.Json.Linq;

namespace VaQuest.Lsp.Protocol;

/// <summary>Only what the server uses; capabilities are probed member by member.</summary>
public sealed record InitializeParams(
    int? ProcessId,
    string? RootUri,
    JToken? Capabilities,
    JToken? InitializationOptions,
    IReadOnlyList<WorkspaceFolder>? WorkspaceFolders);
