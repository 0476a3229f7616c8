// TreeNode: one line of the tree of a dump.
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Browse.Tree;

/// <summary>A node.</summary>
/// <param name="Id">Asks for its children; stable for one dump.</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="Label">Main text; text of the dump is escaped.</param>
/// <param name="Description">Short addition, or empty.</param>
public sealed record TreeNode(string Id, TreeNodeKind Kind, string Label, string Description)
{
    public bool HasChildren { get; init; }

    /// <summary>What it leads to, or null.</summary>
    public SpanTarget? Target { get; init; }
}
