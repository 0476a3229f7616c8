// ExecuteCommandParams: parameters of workspace/executeCommand.
using Newtonsoft.Json.Linq;

namespace VaQuest.Lsp.Protocol;

/// <summary>Arguments as the client sent them.</summary>
public sealed record ExecuteCommandParams(string Command, IReadOnlyList<JToken>? Arguments, JToken? WorkDoneToken);
