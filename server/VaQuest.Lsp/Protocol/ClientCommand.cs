// ClientCommand: a title and what to execute.
using Newtonsoft.Json.Linq;

namespace VaQuest.Lsp.Protocol;

/// <summary>The standard's Command: executed by the client, or by the server through workspace/executeCommand.</summary>
public sealed record ClientCommand(string Title, string Command, IReadOnlyList<JToken>? Arguments = null);
