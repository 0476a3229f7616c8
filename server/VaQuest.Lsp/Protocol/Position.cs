// Position: a place in a text document.
namespace VaQuest.Lsp.Protocol;

/// <summary>Zero-based line and UTF-16 character.</summary>
public sealed record Position(int Line, int Character);
