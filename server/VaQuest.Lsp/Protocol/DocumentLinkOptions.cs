// DocumentLinkOptions: how links are served.
namespace VaQuest.Lsp.Protocol;

/// <summary>Targets come with documentLink/resolve.</summary>
public sealed record DocumentLinkOptions(bool ResolveProvider);
