// TreeItem: one node of vaquest/tree.
namespace VaQuest.Lsp.Protocol;

/// <summary>Location: what a click shows; absent when the node leads nowhere.</summary>
public sealed record TreeItem(string Id, string Kind, string Label, string Description, bool HasChildren, Location? Location);
