// WorkDoneProgressCreateParams: parameters of window/workDoneProgress/create.
using Newtonsoft.Json.Linq;

namespace VaQuest.Lsp.Protocol;

/// <summary>The token of a progress that the server begins.</summary>
public sealed record WorkDoneProgressCreateParams(JToken Token);
