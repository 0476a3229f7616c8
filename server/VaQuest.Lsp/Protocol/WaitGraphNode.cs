// WaitGraphNode: a box of vaquest/waitGraph.
namespace VaQuest.Lsp.Protocol;

/// <summary>Lines: what is in the box. Description: the same in full, in one line.</summary>
public sealed record WaitGraphNode(
    string Kind, int X, int Y, int Width, int Height, IReadOnlyList<string> Lines, string Description, bool Deadlock, bool Root, IReadOnlyList<WaitGraphLink> Links);
