// WorkDoneProgressCancelParams: parameters of window/workDoneProgress/cancel.
using Newtonsoft.Json.Linq;

namespace VaQuest.Lsp.Protocol;

/// <summary>The token of the progress to stop.</summary>
public sealed record WorkDoneProgressCancelParams(JToken Token);
