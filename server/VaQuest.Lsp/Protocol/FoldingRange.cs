// FoldingRange: lines that fold.
namespace VaQuest.Lsp.Protocol;

/// <summary>Zero-based, inclusive.</summary>
public sealed record FoldingRange(int StartLine, int EndLine, string? Kind = null);
