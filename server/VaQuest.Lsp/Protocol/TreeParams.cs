// TreeParams: parameters of vaquest/tree.
namespace VaQuest.Lsp.Protocol;

/// <summary>Address of a report, and the node whose children are asked for; empty for the dump itself.</summary>
public sealed record TreeParams(string Uri, string? Node);
