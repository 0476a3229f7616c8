// WaitPicture: the wait-for graph as boxes and arrows with their places.
namespace VaQuest.Diagnosis.Explain.Waits.Picture;

/// <summary>A picture as plain data. The same graph gives the same picture.</summary>
public sealed record WaitPicture
{
    /// <summary>What it shows, one sentence each, the most important first: the picture's text for those who do not see it.</summary>
    public required IReadOnlyList<string> Summary { get; init; }

    public required IReadOnlyList<PictureNode> Nodes { get; init; }

    public required IReadOnlyList<PictureEdge> Edges { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    /// <summary>Waiting tasks that are not drawn.</summary>
    public int Hidden { get; init; }

    /// <summary>Boxes and arrows without places, for tools that find these themselves.</summary>
    public static WaitPicture Outline(WaitGraph graph, PictureLimits limits)
    {
        (List<PictureNode> nodes, List<PictureEdge> edges, int hidden) = new PictureChooser(graph, limits).Choose();
        return new WaitPicture { Summary = PictureWords.Summarise(graph, hidden), Nodes = nodes, Edges = edges, Hidden = hidden };
    }

    /// <summary>Draws a graph.</summary>
    public static WaitPicture Draw(WaitGraph graph, PictureLimits limits)
    {
        WaitPicture outline = Outline(graph, limits);
        LayeredLayout layout = LayeredLayout.Place([.. outline.Nodes.Select(node => node.Height)], [.. outline.Edges.Select(edge => (edge.From, edge.To))]);
        return outline with
        {
            Nodes = [.. outline.Nodes.Select((node, i) => node with { X = layout.Corners[i].X, Y = layout.Corners[i].Y })],
            Edges = [.. outline.Edges.Select((edge, i) => edge with { Points = layout.Lines[i] })],
            Width = layout.Width,
            Height = layout.Height,
        };
    }
}
