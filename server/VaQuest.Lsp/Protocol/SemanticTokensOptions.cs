// SemanticTokensOptions: what the server colours.
namespace VaQuest.Lsp.Protocol;

/// <summary>Whole documents only.</summary>
public sealed record SemanticTokensOptions(SemanticTokensLegend Legend, bool Full);
