// ProgressParams: parameters of $/progress.
using Newtonsoft.Json.Linq;

namespace VaQuest.Lsp.Protocol;

/// <summary>Token as the client sent it.</summary>
public sealed record ProgressParams(JToken Token, WorkDoneProgress Value);
