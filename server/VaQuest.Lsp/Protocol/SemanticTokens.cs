// SemanticTokens: coloured tokens.
namespace VaQuest.Lsp.Protocol;

/// <summary>Five numbers each: line delta, character delta, length, type, modifiers.</summary>
public sealed record SemanticTokens(IReadOnlyList<int> Data);
