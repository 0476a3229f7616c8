// LocationLink: a definition's target with the text that led to it.
namespace VaQuest.Lsp.Protocol;

/// <summary>For clients with textDocument.definition.linkSupport.</summary>
public sealed record LocationLink(
    TextRange OriginSelectionRange,
    string TargetUri,
    TextRange TargetRange,
    TextRange TargetSelectionRange);
