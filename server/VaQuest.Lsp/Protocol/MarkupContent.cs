// MarkupContent: text of a hover.
namespace VaQuest.Lsp.Protocol;

/// <summary>Kind is "plaintext" or "markdown".</summary>
public sealed record MarkupContent(string Kind, string Value);
