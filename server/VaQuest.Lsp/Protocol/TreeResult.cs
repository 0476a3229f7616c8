// TreeResult: answer of vaquest/tree.
namespace VaQuest.Lsp.Protocol;

/// <summary>The children, in order.</summary>
public sealed record TreeResult(IReadOnlyList<TreeItem> Items);
