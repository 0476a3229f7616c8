// WaitGraphResult: answer of vaquest/waitGraph.
namespace VaQuest.Lsp.Protocol;

/// <summary>Summary: sentences, the most important first. Width and height in units of which a line of text is 16 high. TextUri: the same as a text.</summary>
public sealed record WaitGraphResult(
    IReadOnlyList<string> Summary, int Width, int Height, IReadOnlyList<WaitGraphNode> Nodes, IReadOnlyList<WaitGraphEdge> Edges, string TextUri);
