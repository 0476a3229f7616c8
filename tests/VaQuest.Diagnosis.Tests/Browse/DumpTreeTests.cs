// DumpTreeTests: the tree of the sample and of real dumps, branch by branch.
using VaQuest.Diagnosis.Browse.Tree;
using VaQuest.Diagnosis.Sessions;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Browse;

public sealed class DumpTreeTests
{
    [Fact]
    public void ListsCpusTasksModulesAndThePanicStack()
    {
        using IDumpSession session = OpenSample();
        IReadOnlyList<TreeNode> roots = session.GetTree("", default);
        Assert.Equal("Report", roots[0].Label);
        Assert.Contains("NULL pointer dereference", roots[0].Description, StringComparison.Ordinal);
        int[] counts = [session.GetTasks(default).Count, session.GetModules(default).Count];
        Assert.Equal(counts.Select(count => count.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            roots.Where(node => node.Label is "Tasks" or "Modules").Select(node => node.Description));
        Assert.Contains(roots, node => node.Kind == TreeNodeKind.Stack && node.Description == (string)Lab.Sample()!.Truth["function"]!);
        Assert.All(roots.Where(node => node.HasChildren), node => Assert.NotEmpty(session.GetTree(node.Id, default)));
    }

    [Fact]
    public void ShowsTheFramesOfThePanicInOrder()
    {
        using IDumpSession session = OpenSample();
        string[] frames = [.. session.GetTree("panic", default).Where(node => node.Kind == TreeNodeKind.Frame).Select(node => node.Label)];
        string[] expected = [.. session.GetCrashReport(default).Stacks[0].Frames.Select(frame => FormattableString.Invariant($"#{frame.Index} {frame.Function}"))];
        Assert.Equal(expected.Length, frames.Length);
        Assert.All(frames.Zip(expected), pair => Assert.StartsWith(pair.Second, pair.First, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("tasks/")]
    [InlineData("tasks/S/99999999999999999999")]
    [InlineData("tasks/S/-3")]
    [InlineData("task/zz")]
    [InlineData("cpu/x")]
    [InlineData("modules/100000")]
    public void ToleratesIdsThatAreNone(string id)
    {
        using IDumpSession session = OpenSample();
        Assert.True(session.GetTree(id, default).Count <= session.GetTasks(default).Count);
    }

    [Fact]
    public void SaysThatThereIsNoSuchCpu()
    {
        using IDumpSession session = OpenSample();
        TreeNode node = Assert.Single(session.GetTree("cpu/900", default));
        Assert.Equal(TreeNodeKind.Note, node.Kind);
        Assert.Contains("there is no CPU 900", node.Label, StringComparison.Ordinal);
    }

    [Fact]
    public void FindsTasksByNameAndPidBeforeSymbols()
    {
        using IDumpSession session = OpenSample();
        Assert.Equal(34, session.FindSymbols("WIRE-widgets", 10, default)[0].Pid);
        Assert.Equal("wire-widgets", session.FindSymbols("34", 10, default)[0].Symbol);
        Assert.All(session.FindSymbols("init_task", 10, default), target => Assert.Null(target.Pid));
        Assert.Single(session.FindSymbols("k", 1, default));
    }

    // The scenario starts 2,000 sleepers; every task must be found once through the parts.
    [LabFact("6.1-cloud", "many-tasks")]
    public void GivesLongListsInParts()
    {
        using IDumpSession session = DumpSession.Open(Lab.Find("6.1-cloud", "many-tasks")!.Vmcore, new SessionOptions { UseDebugInfo = false }, default);
        var pids = new List<int>();
        foreach (TreeNode state in session.GetTree("tasks", default))
        {
            string? id = state.Id;
            while (id is not null)
            {
                IReadOnlyList<TreeNode> part = session.GetTree(id, default);
                Assert.InRange(part.Count, 1, 201);
                pids.AddRange(part.Where(node => node.Kind == TreeNodeKind.Task).Select(node => node.Target!.Pid!.Value));
                id = part.FirstOrDefault(node => node.Kind == TreeNodeKind.More)?.Id;
            }
        }

        Assert.Equal(session.GetTasks(default).Select(task => task.Pid).Order(), pids.Order());
    }

    private static IDumpSession OpenSample()
    {
        LabDump sample = Lab.Sample()!;
        return DumpSession.Open(sample.Vmcore, new SessionOptions { Vmlinux = sample.Vmlinux, DebugDirectories = [sample.Directory] }, default);
    }
}
