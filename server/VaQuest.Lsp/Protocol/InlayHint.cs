// InlayHint: a text shown behind a place in a document.
namespace VaQuest.Lsp.Protocol;

/// <summary>Label is not empty.</summary>
public sealed record InlayHint(Position Position, string Label, bool? PaddingLeft = null, MarkupContent? Tooltip = null);
