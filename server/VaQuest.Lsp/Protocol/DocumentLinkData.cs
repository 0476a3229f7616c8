// DocumentLinkData: what the server needs to resolve a link.
namespace VaQuest.Lsp.Protocol;

/// <summary>Returned unchanged by the client; checked again when it comes back.</summary>
public sealed record DocumentLinkData(string Uri, int Line, int Character);
