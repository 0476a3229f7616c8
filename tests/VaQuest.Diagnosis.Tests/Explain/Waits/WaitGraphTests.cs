// WaitGraphTests: circles, chains and roots of made-up waits, and how stacks are told apart.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Explain.Waits;

public sealed class WaitGraphTests
{
    [Fact]
    public void FindsACircleAndWhoIsBehindIt()
    {
        WaitGraph graph = Make((1, [2]), (2, [3]), (3, [1]), (4, [1]), (5, [4]));

        Deadlock deadlock = Assert.Single(graph.Deadlocks);
        Assert.Equal([1, 2, 3], deadlock.Waits.Select(wait => wait.Task.Pid));
        Assert.Equal([4, 5], deadlock.Behind.Select(wait => wait.Task.Pid));
        Assert.True(deadlock.IsCertain);
        Assert.Empty(graph.Roots);
    }

    [Fact]
    public void CallsACircleOverAGuessedHolderUncertain()
    {
        var graph = new WaitGraph([Wait(1, true, 2), Wait(2, false, 1)], _ => "", []);

        Assert.False(Assert.Single(graph.Deadlocks).IsCertain);
    }

    [Fact]
    public void TellsATaskThatWaitsForItself() => Assert.Equal([7], Assert.Single(Make((7, [7])).Deadlocks).Waits.Select(wait => wait.Task.Pid));

    [Fact]
    public void FindsTheRootOfAChainAndCountsEachTaskOnce()
    {
        // 9 waits for nobody; 2 waits for both 3 and 9.
        WaitGraph graph = Make((1, [2]), (2, [3, 9]), (3, [9]), (4, [5]));

        Assert.Empty(graph.Deadlocks);
        Assert.Equal([(9, 3), (5, 1)], graph.Roots.Select(root => (root.Task.Pid, root.Behind.Count)));
        Assert.Equal([1, 2, 3], graph.ChainOf(graph.Waits[0]).Select(wait => wait.Task.Pid));
    }

    /// <summary>Depth is a dump's to choose: a chain of a hundred thousand tasks must not end the process.</summary>
    [Fact]
    public void FollowsAChainOfAnyLength()
    {
        const int length = 100_000;
        WaitGraph graph = Make([.. Enumerable.Range(1, length).Select(pid => (pid, new[] { pid % length + 1 }))]);

        Assert.Equal(length, Assert.Single(graph.Deadlocks).Waits.Count);
    }

    [Theory]
    [InlineData("__schedule schedule schedule_preempt_disabled __mutex_lock.constprop.0 mutex_lock foo kthread", WaitClass.Mutex, "foo")]
    [InlineData("__schedule schedule schedule_timeout __wait_for_common __flush_work.isra.0 flush_work foo", WaitClass.Flush, "foo")]
    [InlineData("__schedule schedule schedule_timeout wait_for_completion __wait_rcu_gp synchronize_rcu foo", WaitClass.Rcu, "foo")]
    [InlineData("__schedule schedule rwsem_down_write_slowpath down_write foo", WaitClass.RwSemaphore, "foo")]
    [InlineData("__schedule schedule io_schedule folio_wait_bit_common __folio_lock foo", WaitClass.Page, "foo")]
    [InlineData("__schedule schedule schedule_timeout down foo", WaitClass.Semaphore, "foo")]
    [InlineData("__schedule schedule schedule_timeout foo", WaitClass.Timer, "foo")]
    [InlineData("__schedule schedule foo", WaitClass.Event, "foo")]
    [InlineData("foo bar", WaitClass.None, null)]
    public void ClassifiesStacks(string functions, WaitClass waits, string? caller)
    {
        WaitSite site = WaitPrimitives.Classify([.. functions.Split(' ').Select(Frame)]);

        Assert.Equal(waits, site.Class);
        Assert.Equal(caller, site.Caller?.Symbol);
    }

    /// <summary>A function that called another and waits for its return does not spin itself.</summary>
    [Theory]
    [InlineData("native_queued_spin_lock_slowpath _raw_spin_lock foo", WaitClass.SpinLock)]
    [InlineData("bar _raw_spin_lock foo", WaitClass.None)]
    public void ClassifiesWhatACpuExecutes(string functions, WaitClass waits) =>
        Assert.Equal(waits, WaitPrimitives.ClassifyRunning([.. functions.Split(' ').Select(Frame)], 0).Class);

    private static StackFrame Frame(string symbol) => new() { Index = 0, Kind = FrameKind.Normal, Symbol = symbol, Pc = new VirtAddr(1), Proof = FrameProof.Orc };

    private static WaitGraph Make(params (int Pid, int[] Holders)[] waits) => new([.. waits.Select(wait => Wait(wait.Pid, true, wait.Holders))], _ => "", []);

    private static TaskWait Wait(int pid, bool isCertain, params int[] holders) => new()
    {
        Task = Task(pid),
        Stack = new StackTrace { State = "", Frames = [], EndReason = "", IsComplete = true },
        Class = WaitClass.Mutex,
        What = "a mutex",
        Holders = [.. holders.Select(holder => new WaitHolder(Task(holder), isCertain, ""))],
    };

    private static KernelTask Task(int pid) => new()
    {
        Address = new VirtAddr(0xff11000000000000 + ((ulong)pid * 0x1000)),
        Pid = pid,
        Comm = "task" + pid.ToString(CultureInfo.InvariantCulture),
        State = "D",
    };
}
