// Registration: a capability registered later.
using Newtonsoft.Json.Linq;

namespace VaQuest.Lsp.Protocol;

/// <summary>For client/registerCapability.</summary>
public sealed record Registration(string Id, string Method, JToken? RegisterOptions = null);
