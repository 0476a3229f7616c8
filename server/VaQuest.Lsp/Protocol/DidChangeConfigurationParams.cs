// DidChangeConfigurationParams: parameters of workspace/didChangeConfiguration.
using Newtonsoft.Json.Linq;

namespace VaQuest.Lsp.Protocol;

/// <summary>Settings may be null.</summary>
public sealed record DidChangeConfigurationParams(JToken? Settings);
