// WaitGraphEdge: an arrow of vaquest/waitGraph.
namespace VaQuest.Lsp.Protocol;

/// <summary>From and to are indices of nodes; points are the corners of the line, [x, y], from its beginning to its arrow.</summary>
public sealed record WaitGraphEdge(int From, int To, string Label, bool Certain, bool Deadlock, IReadOnlyList<int[]> Points);
