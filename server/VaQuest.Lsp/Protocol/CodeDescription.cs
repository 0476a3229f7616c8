// CodeDescription: where a diagnostic's code is explained.
namespace VaQuest.Lsp.Protocol;

/// <summary>An address that the client opens.</summary>
public sealed record CodeDescription(string Href);
