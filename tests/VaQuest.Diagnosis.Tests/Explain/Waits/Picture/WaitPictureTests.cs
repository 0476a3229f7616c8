// WaitPictureTests: what of a made-up wait-for graph is drawn, how it is marked, and its bounds.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Explain.Waits.Picture;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Explain.Waits.Picture;

public sealed class WaitPictureTests
{
    [Fact]
    public void MarksACircleAndNothingElse()
    {
        // 1 and 2 wait for each other, 3 behind them, 5 behind 4.
        WaitPicture picture = Draw((1, 100, 2), (2, 200, 1), (3, 100, 2), (5, 300, 4));

        Assert.Equal(["PID 1 t1", "PID 2 t2"], Tasks(picture).Where(node => node.IsInDeadlock).Select(node => node.Lines[0]));
        Assert.Equal(["0x64", "0xc8"], picture.Nodes.Where(node => node is { IsInDeadlock: true, Kind: PictureNodeKind.Lock }).Select(node => node.Lines[1]));
        Assert.Equal(4, picture.Edges.Count(edge => edge.IsInDeadlock));
        Assert.Equal(["PID 4 t4"], picture.Nodes.Where(node => node.IsRoot).Select(node => node.Lines[0]));
        Assert.Contains("root: 1 task behind it", picture.Nodes.Single(node => node.IsRoot).Lines);
        Assert.StartsWith("Deadlock of 2 tasks: t1 (PID 1), t2 (PID 2); 1 more task behind.", picture.Summary[0], StringComparison.Ordinal);
        Assert.Equal(0, picture.Hidden);
    }

    [Fact]
    public void DrawsALockOnceForAllWhoWaitForIt()
    {
        WaitPicture picture = Draw((1, 100, 9), (2, 100, 9), (3, 100, 9));

        Assert.Single(picture.Nodes, node => node.Kind == PictureNodeKind.Lock);
        Assert.Equal(4, picture.Edges.Count);
        Assert.Equal(["held by"], picture.Edges.Where(edge => picture.Nodes[edge.From].Kind == PictureNodeKind.Lock).Select(edge => edge.Label));
    }

    /// <summary>Those that others wait for are needed to follow the chain; of the others some are enough.</summary>
    [Fact]
    public void CountsWaitersThatAreNotDrawn()
    {
        (int, int, int)[] waits = [.. Enumerable.Range(1, 20).Select(pid => (pid, 100, 99)), (50, 200, 20)];
        WaitPicture picture = Draw(waits);

        PictureNode more = Assert.Single(picture.Nodes, node => node.Kind == PictureNodeKind.More);
        Assert.Equal(["and 13 more tasks"], more.Lines);
        Assert.Contains(Tasks(picture), node => node.Lines[0] == "PID 20 t20");
        Assert.Equal(13, picture.Hidden);
        Assert.Contains(picture.Summary, sentence => sentence.StartsWith("13 waiting tasks are not drawn", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2000, 1)]
    [InlineData(2000, 2000)]
    [InlineData(2000, 40)]
    public void StaysWithinItsBounds(int tasks, int locks)
    {
        WaitPicture picture = Draw([.. Enumerable.Range(1, tasks).Select(pid => (pid, 100_000 + (pid % locks), 10_000 + (pid % locks)))]);

        Assert.InRange(picture.Nodes.Count, 8, PictureLimits.Screen.MaxNodes + locks);
        Assert.InRange(picture.Nodes.Count(node => node.Kind != PictureNodeKind.More), 8, PictureLimits.Screen.MaxNodes);
        Assert.Equal(tasks, picture.Hidden + Tasks(picture).Count(node => !node.IsRoot));
        Assert.All(picture.Edges, edge => Assert.InRange(edge.To, 0, picture.Nodes.Count - 1));
    }

    [Fact]
    public void FollowsAChainOfTwoThousandToItsBounds()
    {
        WaitPicture picture = Draw([.. Enumerable.Range(1, 2000).Select(pid => (pid, 100_000 + pid, pid + 1))]);

        Assert.InRange(picture.Nodes.Count, 100, PictureLimits.Screen.MaxNodes);
        Assert.Contains(Tasks(picture), node => node.Lines[0] == "PID 2001 t2001");
        Assert.Contains(Tasks(picture), node => node.Lines[0] == "PID 2000 t2000");
    }

    [Fact]
    public void IsTheSameEachTime()
    {
        (int, int, int)[] waits = [(1, 100, 2), (2, 200, 3), (3, 300, 1), (4, 100, 2), (5, 500, 6)];

        WaitPicture first = Draw(waits);
        WaitPicture second = Draw(waits);

        Assert.Equal(first.Nodes.Select(node => (node.X, node.Y, node.Lines[0])), second.Nodes.Select(node => (node.X, node.Y, node.Lines[0])));
        Assert.Equal(first.Edges.SelectMany(edge => edge.Points), second.Edges.SelectMany(edge => edge.Points));
    }

    [Fact]
    public void SaysThatNobodyWaits()
    {
        WaitPicture picture = Draw();

        Assert.Empty(picture.Nodes);
        Assert.Equal(["No task waits for a lock, for work or for RCU."], picture.Summary);
    }

    [Fact]
    public void EscapesTextOfTheDump()
    {
        var task = new KernelTask { Address = new VirtAddr(7), Pid = 7, Comm = "a\u001b[31m\"\\\n<b>", Cpu = 0, State = "D" };
        TaskWait wait = Wait(7, 100, 8) with { Task = task };
        WaitPicture picture = WaitPicture.Draw(new WaitGraph([wait], _ => "", []), PictureLimits.Screen);

        PictureNode node = Tasks(picture)[0];
        Assert.DoesNotContain('\u001b', node.Description);
        Assert.DoesNotContain('\n', node.Lines[0]);
        string dot = PictureDot.Render(picture);
        Assert.All(dot.Split('\n').Where(line => line.Contains("label", StringComparison.Ordinal)), line => Assert.EndsWith("];", line, StringComparison.Ordinal));
        Assert.Contains("\\\"", dot, StringComparison.Ordinal);
    }

    [Fact]
    public void WritesGraphviz()
    {
        string dot = PictureDot.Render(Draw((1, 100, 2), (2, 200, 1)));

        Assert.StartsWith("digraph waits {", dot, StringComparison.Ordinal);
        Assert.Contains("n0 -> n1 [label=\"waits for\", color=red, penwidth=2];", dot, StringComparison.Ordinal);
        Assert.EndsWith("}\n", dot, StringComparison.Ordinal);
    }

    [Fact]
    public void ShowsTheRequestThatAPageWaitsFor()
    {
        var io = new IoWait(new VirtAddr(0xff00), "sda", "read", "sector 8, 4 KiB", "which its driver (nvme_queue_rq [nvme]) has had for 31.0 s", "");
        WaitPicture picture = WaitPicture.Draw(new WaitGraph([Wait(1, 100) with { Io = io, Class = WaitClass.Page }], _ => "", []), PictureLimits.Screen);

        PictureNode node = Assert.Single(picture.Nodes, node => node.Kind == PictureNodeKind.Io);
        Assert.Equal("read request to sda", node.Lines[0]);
        Assert.Contains(picture.Edges, edge => picture.Nodes[edge.To] == node && edge.Label == "needs");
    }

    private static List<PictureNode> Tasks(WaitPicture picture) => [.. picture.Nodes.Where(node => node.Kind == PictureNodeKind.Task)];

    private static WaitPicture Draw(params (int Pid, int Lock, int Holder)[] waits) =>
        WaitPicture.Draw(new WaitGraph([.. waits.Select(wait => Wait(wait.Pid, wait.Lock, wait.Holder))], _ => "sleeps", []), PictureLimits.Screen);

    private static TaskWait Wait(int pid, int address, params int[] holders) => new()
    {
        Task = Task(pid),
        Stack = new StackTrace { State = "", Frames = [], EndReason = "", IsComplete = true },
        Class = WaitClass.Mutex,
        What = "the mutex",
        LockName = "m",
        Lock = new LockState { Kind = LockKind.Mutex, Address = new VirtAddr((ulong)address), State = "locked", IsHeld = true },
        Holders = [.. holders.Select(holder => new WaitHolder(Task(holder), true, ""))],
    };

    private static KernelTask Task(int pid) => new()
    {
        Address = new VirtAddr((ulong)pid), Pid = pid, Comm = "t" + pid.ToString(CultureInfo.InvariantCulture), Cpu = 0, State = "D",
    };
}
