// LabWaitsTests: the wait-for graph of real dumps, against the sources of the modules that made them hang.
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Sessions;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Explain.Waits;

/// <summary>Truth: account.c of lab_deadlock, depot.c, pump.c and bridge.c of lab_hang, wait.c of lab_blocked, station.c of lab_context.</summary>
public sealed class LabWaitsTests
{
    private const string Kernel = "6.1-cloud";

    [LabFact(Kernel, "hung-task")]
    public void FindsTheDeadlockOfTwoMutexes() => CheckDeadlock("hung-task", "lab-pay-alice", "lab-pay-bob", ["lab-audit"]);

    [LabFact(Kernel, "lock-order")]
    public void FindsTheDeadlockOfAMutexAndAnRwSemaphore() => CheckDeadlock("lock-order", "lab-mover", "lab-planner", []);

    [LabFact(Kernel, "mutex-convoy")]
    public void FindsTheSleeperThatFiveWaitFor() => CheckRoot(
        "mutex-convoy", "lab-keeper", "depot_rest", ["lab-carrier/0", "lab-carrier/1", "lab-carrier/2", "lab-carrier/3", "lab-carrier/4"]);

    [LabFact(Kernel, "flush-stuck")]
    public void FollowsAFlushToTheWorker() => CheckRoot("flush-stuck", "kworker", "pump_wait_for_water", ["lab-carrier", "lab-drainer", "lab-flusher"]);

    [LabFact(Kernel, "grace-period")]
    public void FollowsAGracePeriodToTheReader() => CheckRoot("grace-period", "lab-watcher", "bridge_count", ["lab-carrier", "lab-renamer"]);

    [LabFact(Kernel, "rwsem-reader")]
    public void NamesTheLastReaderAsAHint()
    {
        foreach (bool useDebugInfo in new[] { true, false })
        {
            WaitGraph graph = Read("rwsem-reader", useDebugInfo);
            TaskWait builder = WaitOf(graph, "lab-builder");

            Assert.Equal("writer", builder.Mode);
            Assert.Equal("reader", WaitOf(graph, "lab-visitor").Mode);
            Assert.Equal(1, builder.Lock!.Readers);
            WaitHolder holder = Assert.Single(builder.Holders);
            Assert.Equal("lab-surveyor", holder.Task.Comm);
            Assert.False(holder.IsCertain);
        }
    }

    [LabFact(Kernel, "completion-lost")]
    public void NamesNobodyForACompletionOrAPage()
    {
        foreach (bool useDebugInfo in new[] { true, false })
        {
            WaitGraph graph = Read("completion-lost", useDebugInfo);
            TaskWait client = WaitOf(graph, "lab-client");
            TaskWait auditor = WaitOf(graph, "lab-auditor");

            Assert.Equal(WaitClass.Completion, client.Class);
            Assert.Empty(client.Holders);
            Assert.Equal(WaitClass.Page, auditor.Class);
            Assert.Equal("PG_locked", auditor.Mode);
            Assert.Empty(auditor.Holders);
            Assert.Equal(["lab-carrier"], graph.Roots.First(root => root.Task.Comm == "lab-client").Behind.Select(wait => wait.Task.Comm));
        }
    }

    [LabFact(Kernel, "spin-deadlock")]
    public void SuspectsTheDeadlockOfTwoSpinlocks()
    {
        WaitGraph graph = Read("spin-deadlock", useDebugInfo: true);

        Deadlock deadlock = Assert.Single(graph.Deadlocks);
        Assert.False(deadlock.IsCertain);
        Assert.Equal(["lab-east", "lab-west"], deadlock.Waits.Select(wait => wait.Task.Comm).Order());
        Assert.StartsWith("east.lock", WaitOf(graph, "lab-east").LockName);
        Assert.StartsWith("west.lock", WaitOf(graph, "lab-west").LockName);
    }

    [LabFact(Kernel, "spinlock-wait")]
    public void FindsTheSpinlockAndItsLikelyHolder()
    {
        TaskWait wait = Assert.Single(Read("spinlock-wait", useDebugInfo: true).Waits, wait => wait.Class == WaitClass.SpinLock);

        Assert.StartsWith("station_lock", wait.LockName);
        Assert.Equal("station_wait_for_lock", wait.Caller?.Function);
        WaitHolder holder = Assert.Single(wait.Holders);
        Assert.Equal(0, holder.Task.Cpu);
        Assert.False(holder.IsCertain);
    }

    [LabFact(Kernel, "blocked-tasks")]
    public void KnowsEveryWayToWait()
    {
        (string Comm, WaitClass Class, string? Symbol)[] expected =
        [
            ("lab-mutex", WaitClass.Mutex, "held_mutex"), ("lab-rtmutex", WaitClass.RtMutex, "held_rt_mutex"), ("lab-read", WaitClass.RwSemaphore, "held_for_write"),
            ("lab-write", WaitClass.RwSemaphore, "held_for_read"), ("lab-semaphore", WaitClass.Semaphore, "held_semaphore"),
            ("lab-completion", WaitClass.Completion, "never_done"), ("lab-event", WaitClass.Event, "never_woken"), ("lab-bit", WaitClass.Bit, "held_bit"),
            ("lab-percpu", WaitClass.PercpuRwSemaphore, "held_percpu"), ("lab-sleep", WaitClass.Timer, null), ("lab-flush", WaitClass.Flush, null),
        ];
        foreach (bool useDebugInfo in new[] { true, false })
        {
            WaitGraph graph = Read("blocked-tasks", useDebugInfo);
            foreach ((string comm, WaitClass waits, string? symbol) in expected)
            {
                TaskWait wait = WaitOf(graph, comm);
                Assert.Equal(waits, wait.Class);
                Assert.Equal("wait_" + comm[4..].Replace("rtmutex", "rt_mutex").Replace("event", "event_there"), wait.Caller?.Function);
                Assert.StartsWith(symbol ?? "", wait.LockName);
            }

            Assert.Empty(graph.Deadlocks);
            foreach (string comm in new[] { "lab-mutex", "lab-rtmutex", "lab-read" })
            {
                WaitHolder holder = Assert.Single(WaitOf(graph, comm).Holders);
                Assert.True(holder.IsCertain);
                Assert.Equal("lab-holds", holder.Task.Comm);
            }
        }
    }

    [LabFact(Kernel, "oom-leak")]
    public void NamesTheCacheThatLeaks() => CheckVerdict("oom-leak", "slab cache lab_ticket alone has", "3000 bytes");

    [LabFact(Kernel, "oom-user")]
    public void NamesTheTaskThatHasTheMemory() => CheckVerdict("oom-user", "The largest task is tail (PID ");

    [LabFact(Kernel, "hung-task")]
    public void TellsAHungTasksChain() => CheckVerdict("hung-task", "The task that was reported, lab-waiter", "held by lab-holder", "This is a deadlock: ");

    [LabFact(Kernel, "spinlock-wait")]
    public void TellsWhereALockedUpCpuIs() => CheckVerdict("spinlock-wait", "CPU 0 was busy with lab-station", "station_compute");

    [LabFact(Kernel, "sysrq-c")]
    public void AccusesNobodyInAHealthyKernel()
    {
        using IDumpSession session = Open("sysrq-c", useDebugInfo: true);

        Assert.DoesNotContain(session.GetCrashReport(CancellationToken.None).Panic.Explanation, sentence => sentence.Contains("wait", StringComparison.Ordinal));
        Assert.Empty(session.GetWaits(false, CancellationToken.None).Deadlocks);
    }

    private static void CheckDeadlock(string scenario, string first, string second, string[] behind)
    {
        foreach (bool useDebugInfo in new[] { true, false })
        {
            Deadlock deadlock = Assert.Single(Read(scenario, useDebugInfo).Deadlocks);
            Assert.True(deadlock.IsCertain);
            Assert.Equal([first, second], deadlock.Waits.Select(wait => wait.Task.Comm).Order());
            Assert.Equal(behind, deadlock.Behind.Select(wait => wait.Task.Comm));
        }
    }

    private static void CheckRoot(string scenario, string comm, string activity, string[] behind)
    {
        foreach (bool useDebugInfo in new[] { true, false })
        {
            RootBlocker root = Read(scenario, useDebugInfo).Roots[0];
            Assert.StartsWith(comm, root.Task.Comm);
            Assert.Contains(activity, root.Activity);
            Assert.Equal(behind, root.Behind.Select(wait => wait.Task.Comm).Order());
            Assert.All(root.Behind, wait => Assert.All(wait.Holders, holder => Assert.True(holder.IsCertain)));
        }
    }

    private static void CheckVerdict(string scenario, params string[] parts)
    {
        foreach (bool useDebugInfo in new[] { true, false })
        {
            using IDumpSession session = Open(scenario, useDebugInfo);
            string verdict = string.Join(' ', session.GetCrashReport(CancellationToken.None).Panic.Explanation);
            Assert.All(parts, part => Assert.Contains(part, verdict));
        }
    }

    private static TaskWait WaitOf(WaitGraph graph, string comm) => Assert.Single(graph.Waits, wait => wait.Task.Comm == comm);

    private static WaitGraph Read(string scenario, bool useDebugInfo)
    {
        using IDumpSession session = Open(scenario, useDebugInfo);
        return session.GetWaits(false, CancellationToken.None);
    }

    private static IDumpSession Open(string scenario, bool useDebugInfo)
    {
        LabDump dump = Lab.Find(Kernel, scenario)!;
        SessionOptions options = useDebugInfo
            ? new SessionOptions { Vmlinux = dump.Vmlinux, DebugDirectories = [dump.PathOf("modules")] }
            : new SessionOptions { UseDebugInfo = false };
        return DumpSession.Open(dump.Vmcore, options, CancellationToken.None);
    }
}
