// SemanticTokensLegend: names of token types.
namespace VaQuest.Lsp.Protocol;

/// <summary>Indices in <see cref="SemanticTokens"/> refer to these.</summary>
public sealed record SemanticTokensLegend(IReadOnlyList<string> TokenTypes, IReadOnlyList<string> TokenModifiers);
