// TailCallSearchTests: paths of tail calls in graphs made by hand; functions are letters.
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Kernel.Tests.Unwind;

public sealed class TailCallSearchTests
{
    [Theory]
    [InlineData("A>G", "AG")]
    [InlineData("A>B B>G", "ABG")]
    [InlineData("A>B A>C B>G C>D", "ABG")]
    public void FindsTheOnlyPath(string graph, string path)
    {
        TailCallPaths paths = Find(graph);

        Assert.True(paths.IsUnique);
        Assert.Equal(path, Render(paths.Paths[0]));
        Assert.Equal(path.Length - 1, paths.CommonLength());
    }

    [Theory]
    [InlineData("A>B A>C B>G C>G", 0)]
    [InlineData("A>B B>C B>D C>G D>G", 1)]
    [InlineData("A>G A>G", 0)]
    [InlineData("A>G A>*", 0)]
    [InlineData("A>B B>G B>*", 1)]
    public void SaysThatSeveralPathsArePossible(string graph, int common)
    {
        TailCallPaths paths = Find(graph);

        Assert.False(paths.IsUnique);
        Assert.Equal(2, paths.Paths.Count);
        Assert.Equal(common, paths.CommonLength());
    }

    [Theory]
    [InlineData("A>B B>A B>G")] // a loop may have been taken any number of times
    [InlineData("A>A A>G")]
    [InlineData("A>G A>U")] // U is not described
    public void IsNotSureOfAPathBesideOthersThatItCannotFollow(string graph)
    {
        TailCallPaths paths = Find(graph);

        Assert.Single(paths.Paths);
        Assert.False(paths.IsUnique);
        Assert.Equal(0, paths.CommonLength());
    }

    [Fact]
    public void FindsTheOnlyJumpThroughAPointer()
    {
        TailCallPaths paths = Find("A>B B>*");

        Assert.True(paths.IsUnique);
        Assert.Null(paths.Paths[0][^1].Target);
    }

    [Fact]
    public void FindsNothingWhereNoTailCallLeads() => Assert.Equal((0, true), (Find("A>B").Paths.Count, Find("A>B").IsComplete));

    [Fact]
    public void LimitsItselfInAGraphWithoutEnd()
    {
        int asked = 0;
        TailCallPaths paths = new TailCallSearch(function =>
        {
            asked++;
            return new TailCallNode([.. Enumerable.Range(1, 50).Select(i => new TailCallEdge(function, 0, unchecked((function * 50) + (ulong)i)))], true);
        }).Find(1, ulong.MaxValue);

        Assert.False(paths.IsComplete);
        Assert.InRange(asked, 1, TailCallSearch.MaxFunctions);
    }

    [Fact]
    public void LimitsThePathsItLists()
    {
        string graph = string.Join(' ', Enumerable.Repeat("A>G", 100));

        TailCallPaths paths = Find(graph);

        Assert.False(paths.IsUnique);
        Assert.InRange(paths.Paths.Count, 2, TailCallSearch.MaxPaths);
    }

    private static TailCallPaths Find(string graph)
    {
        string[] edges = graph.Split(' ');
        return new TailCallSearch(function => (char)function == 'U'
            ? TailCallNode.Unknown
            : new TailCallNode(
                [
                    .. edges.Select((edge, i) => (edge, i)).Where(pair => pair.edge[0] == (char)function)
                        .Select(pair => new TailCallEdge(function, (ulong)pair.i, pair.edge[2] == '*' ? null : pair.edge[2])),
                ],
                true)).Find('A', 'G');
    }

    private static string Render(TailCallEdge[] path) =>
        string.Concat(path.Select(edge => (char)edge.Function)) + (char)(path[^1].Target ?? '*');
}
