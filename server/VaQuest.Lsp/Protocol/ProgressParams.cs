// ProgressParams: parameters of $/progress.
using Newtonsoft.Json.Linq;

namespace VaQuest.Lsp.Protocol;

/// <summary>Token as the client sent it; the value is a <see cref="WorkDoneProgress"/>, or a part of a request's result.</summary>
public sealed record ProgressParams(JToken Token, object Value);
