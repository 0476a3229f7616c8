// LayeredLayoutTests: places of boxes: columns, no overlaps, circles, bounds.
using VaQuest.Diagnosis.Explain.Waits.Picture;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Explain.Waits.Picture;

public sealed class LayeredLayoutTests
{
    private const int Height = 64;

    [Fact]
    public void LeadsArrowsToTheRight()
    {
        // A convoy: three wait for 3, which 4 has.
        (int, int)[] edges = [(0, 3), (1, 3), (2, 3), (3, 4)];
        LayeredLayout layout = Place(5, edges);

        foreach (((int from, int to), IReadOnlyList<PicturePoint> line) in edges.Zip(layout.Lines))
        {
            Assert.True(layout.Corners[from].X + PictureMeasures.NodeWidth < layout.Corners[to].X);
            Assert.Equal(layout.Corners[from].X + PictureMeasures.NodeWidth, line[0].X);
            Assert.Equal(layout.Corners[to].X, line[^1].X);
        }

        // The thing is beside the middle one of those that wait for it.
        Assert.Equal(layout.Corners[1].Y, layout.Corners[3].Y);
        Assert.Equal(layout.Corners[3].Y, layout.Corners[4].Y);
    }

    [Fact]
    public void PutsPartsBelowEachOther()
    {
        LayeredLayout layout = Place(4, [(0, 1), (2, 3)]);

        Assert.Equal(layout.Corners[0].X, layout.Corners[2].X);
        Assert.True(layout.Corners[0].Y + Height + PictureMeasures.PartGap <= layout.Corners[2].Y);
    }

    [Fact]
    public void TurnsOneArrowOfACircle()
    {
        // Task, lock, task, lock.
        (int, int)[] edges = [(0, 1), (1, 2), (2, 3), (3, 0)];
        LayeredLayout layout = Place(4, edges);

        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 4).OrderBy(node => layout.Corners[node].X));
        IReadOnlyList<PicturePoint> back = layout.Lines[3];
        Assert.True(back[0].X > back[^1].X);
        Assert.Equal(layout.Corners[0].Y + Height, back[^1].Y);
        Assert.All(back, point => Assert.InRange(point.Y, 0, layout.Height));
    }

    /// <summary>What waits for itself: there and back between neighbours.</summary>
    [Fact]
    public void DrawsACircleOfTwo()
    {
        LayeredLayout layout = Place(2, [(0, 1), (1, 0)]);

        Assert.NotEqual(layout.Lines[0], layout.Lines[1]);
        Assert.True(layout.Lines[1].Max(point => point.Y) > layout.Corners[0].Y + Height);
    }

    [Fact]
    public void HasNoPictureOfNothing()
    {
        LayeredLayout layout = Place(0, []);

        Assert.Empty(layout.Corners);
        Assert.Equal(0, layout.Height);
    }

    /// <summary>Two thousand tasks in one chain of locks, in a convoy, and in random knots: no box over another, each within the picture, each time the same.</summary>
    [Theory]
    [InlineData("chain")]
    [InlineData("convoy")]
    [InlineData("knots")]
    [InlineData("circle")]
    public void PlacesTwoThousandBoxes(string shape)
    {
        const int count = 2000;
        const ulong seed = 0x2545F4914F6CDD1D;
        ulong state = seed;
        (int, int)[] edges = shape switch
        {
            "chain" => [.. Enumerable.Range(0, count - 1).Select(node => (node, node + 1))],
            "convoy" => [.. Enumerable.Range(0, count - 1).Select(node => (node, count - 1))],
            "circle" => [.. Enumerable.Range(0, count).Select(node => (node, (node + 1) % count))],
            _ => [.. Enumerable.Range(0, count).Select(node => (node, Next(count))).Where(edge => edge.node != edge.Item2)],
        };
        LayeredLayout layout = Place(count, edges);

        foreach (IGrouping<int, PicturePoint> column in layout.Corners.GroupBy(corner => corner.X))
        {
            int[] tops = [.. column.Select(corner => corner.Y).Order()];
            Assert.All(tops.Zip(tops.Skip(1)), pair => Assert.True(pair.Second - pair.First >= Height));
        }

        Assert.All(layout.Corners, corner => Assert.True(corner.X >= 0 && corner.X + PictureMeasures.NodeWidth <= layout.Width && corner.Y >= 0 && corner.Y + Height <= layout.Height));
        Assert.Equal(layout.Corners, Place(count, edges).Corners);

        // A generator of our own: the same numbers everywhere and always.
        int Next(int limit)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            return (int)(state % (ulong)limit);
        }
    }

    private static LayeredLayout Place(int count, IReadOnlyList<(int From, int To)> edges) => LayeredLayout.Place([.. Enumerable.Repeat(Height, count)], edges);
}
