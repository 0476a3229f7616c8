// DocumentLink: a link in a document.
namespace VaQuest.Lsp.Protocol;

/// <summary>Target and Tooltip come with documentLink/resolve; Data carries the document's address.</summary>
public sealed record DocumentLink(
    TextRange Range,
    string? Target = null,
    string? Tooltip = null,
    DocumentLinkData? Data = null);
