// LayeredLayout: places for boxes in columns, so that arrows lead to the right.
namespace VaQuest.Diagnosis.Explain.Waits.Picture;

/// <summary>
/// The usual four steps (Sugiyama): arrows that close circles are turned round, boxes get columns by the longest way to an end, their order in a
/// column is the average of their neighbours', and they are moved towards them. Parts without connection are below each other. Deterministic; the
/// work is bounded by boxes, arrows and columns.
/// </summary>
internal sealed class LayeredLayout
{
    private LayeredLayout(PicturePoint[] corners, IReadOnlyList<PicturePoint>[] lines, int width, int height)
    {
        Corners = corners;
        Lines = lines;
        Width = width;
        Height = height;
    }

    /// <summary>The upper left corner of each box.</summary>
    public IReadOnlyList<PicturePoint> Corners { get; }

    /// <summary>The corners of each arrow's line.</summary>
    public IReadOnlyList<IReadOnlyList<PicturePoint>> Lines { get; }

    public int Width { get; }

    public int Height { get; }

    /// <param name="heights">Of the boxes.</param>
    /// <param name="edges">Arrows between boxes, by index; none from a box to itself.</param>
    public static LayeredLayout Place(IReadOnlyList<int> heights, IReadOnlyList<(int From, int To)> edges)
    {
        var corners = new PicturePoint[heights.Count];
        var lines = new IReadOnlyList<PicturePoint>[edges.Count];
        int[] part = FindParts(heights.Count, edges);
        int top = PictureMeasures.Margin;
        int width = 0;
        ILookup<int, int> arrowsOf = Enumerable.Range(0, edges.Count).ToLookup(edge => part[edges[edge].From]);
        foreach (IGrouping<int, int> nodes in Enumerable.Range(0, heights.Count).GroupBy(node => part[node]))
        {
            int[] own = [.. nodes];
            var placed = new PartLayout(own, [.. arrowsOf[nodes.Key]], heights, edges);
            placed.Write(corners, lines, top);
            top += placed.Height + PictureMeasures.PartGap;
            width = Math.Max(width, placed.Width);
        }

        int height = heights.Count == 0 ? 0 : top - PictureMeasures.PartGap + PictureMeasures.Margin;
        return new LayeredLayout(corners, lines, width + (2 * PictureMeasures.Margin), height);
    }

    // The part of a box is its lowest member.
    private static int[] FindParts(int count, IReadOnlyList<(int From, int To)> edges)
    {
        int[] parent = [.. Enumerable.Range(0, count)];
        foreach ((int from, int to) in edges)
        {
            int a = Top(from);
            int b = Top(to);
            parent[Math.Max(a, b)] = Math.Min(a, b);
        }

        return [.. Enumerable.Range(0, count).Select(Top)];

        int Top(int node)
        {
            while (parent[node] != node)
            {
                parent[node] = parent[parent[node]];
                node = parent[node];
            }

            return node;
        }
    }
}
