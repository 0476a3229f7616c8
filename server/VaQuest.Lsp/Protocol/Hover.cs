// Hover: answer of textDocument/hover.
namespace VaQuest.Lsp.Protocol;

/// <summary>Range is the text it is about.</summary>
public sealed record Hover(MarkupContent Contents, TextRange? Range);
