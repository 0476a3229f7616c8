// LabHangTests: what reports say of machines that hang, and of machines that do not, when somebody only asked for a dump.
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sessions;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Explain.Waits;

/// <summary>Truth: mine.c of lab_stall, arm.c of lab_disk, account.c of lab_deadlock, and the triggers in scenarios.json.</summary>
public sealed class LabHangTests
{
    private const string Kernel = "6.1-cloud";

    private static readonly HashSet<string> s_healthy = new(StringComparer.Ordinal)
    {
        "blocked-tasks", "sysrq-c", "many-tasks", "browse-state", "nmi-idle", "nmi-busy", "nmi-user", "nmi-in-irq", "nmi-in-softirq", "stuck-socket",
    };

    [LabFact(Kernel, "hard-lockup")]
    public void NamesTheSpinningCpuAndTheLikelyHolder()
    {
        LabDump dump = Lab.Find(Kernel, "hard-lockup")!;
        using IDumpSession session = Open(dump, useDebugInfo: true);
        CrashReport report = session.GetCrashReport(CancellationToken.None);
        string verdict = string.Join(' ', report.Panic.Explanation);

        Assert.Equal(PanicKind.HardLockup, report.Panic.Kind);
        Assert.Contains("CPU 0 spins: lab-loader", verdict);
        Assert.Contains("waits in mine_fill", verdict);
        Assert.Contains("for the spinlock mine.cart.lock [lab_stall], perhaps held by lab-pusher", verdict);
        // Where exactly the other CPU was stopped is chance: in the loop or in what it calls.
        Assert.Matches(@"lab-pusher \(PID \d+\), which runs on CPU 1 in .*mine_count", verdict);
    }

    [LabFact(Kernel, "hard-lockup")]
    public void KnowsAHardLockupWithoutDebugInformation()
    {
        LabDump dump = Lab.Find(Kernel, "hard-lockup")!;
        using IDumpSession session = Open(dump, useDebugInfo: false);
        CrashReport report = session.GetCrashReport(CancellationToken.None);

        Assert.Equal(PanicKind.HardLockup, report.Panic.Kind);
        Assert.Contains("CPU 0 spins: lab-loader", string.Join(' ', report.Panic.Explanation));
    }

    [LabFact(Kernel, "stuck-io")]
    public void NamesTheDiskAndTheRequest()
    {
        LabDump dump = Lab.Find(Kernel, "stuck-io")!;
        foreach (bool useDebugInfo in new[] { true, false })
        {
            using IDumpSession session = Open(dump, useDebugInfo);
            CrashReport report = session.GetCrashReport(CancellationToken.None);
            IReadOnlyList<string> verdict = report.Panic.Explanation;

            Assert.Equal(PanicKind.Sysrq, report.Panic.Kind);
            Assert.StartsWith("Something hung before that: 4 tasks were blocked for more than 3 s, the longest, lab-waiter", verdict[1]);
            Assert.Contains(verdict, sentence => sentence.Contains("dd (PID ") && sentence.Contains("a read request to labdisk (sector 128, 4 KiB), which its driver (arm_queue [lab_disk]) has had for "));
            TaskWait wait = session.GetWaits(false, CancellationToken.None).Waits.Single(candidate => candidate.Io is not null);
            Assert.Equal(("dd", WaitClass.Page, "labdisk", "read"), (wait.Task.Comm, wait.Class, wait.Io!.Disk, wait.Io.Operation));
            Assert.InRange(wait.Seconds!.Value, 4, 60);
        }
    }

    [LabFact(Kernel, "deadlock-sysrq")]
    public void SaysThatADumpThatWasAskedForHasADeadlock()
    {
        foreach (bool useDebugInfo in new[] { true, false })
        {
            using IDumpSession session = Open(Lab.Find(Kernel, "deadlock-sysrq")!, useDebugInfo);
            CrashReport report = session.GetCrashReport(CancellationToken.None);

            Assert.Equal(PanicKind.Sysrq, report.Panic.Kind);
            Assert.Equal("Something hung before that: 2 tasks are in a deadlock.", report.Panic.Explanation[1]);
            Finding finding = report.Findings.Single(candidate => candidate.Rule == "deadlocks");
            Assert.Equal("error", finding.Severity);
            Assert.Equal("2 tasks wait for each other in a circle; 1 more task waits behind them.", finding.Text);
            Assert.Equal(2, finding.Evidence.Count);
        }
    }

    [LabFact(Kernel, "srcu-wait")]
    public void CountsTheReadersOfSrcu()
    {
        using IDumpSession session = Open(Lab.Find(Kernel, "srcu-wait")!, useDebugInfo: true);
        WaitGraph graph = session.GetWaits(false, CancellationToken.None);

        RootBlocker root = graph.Roots.Single(candidate => candidate.Task.Comm == "lab-drawer");
        Assert.Equal("an SRCU grace period of map_srcu [lab_stall]", root.Wait!.What);
        Assert.Equal("1 read section is open, and SRCU does not record which tasks read", root.Wait.NoHolder);
        Assert.Equal(["lab-visitor"], root.Behind.Select(wait => wait.Task.Comm));
    }

    [LabFact(Kernel, "spin-nmi")]
    public void FindsCpusThatSpinInADumpByNmi()
    {
        using IDumpSession session = Open(Lab.Find(Kernel, "spin-nmi")!, useDebugInfo: true);
        CrashReport report = session.GetCrashReport(CancellationToken.None);

        Assert.Equal(PanicKind.Nmi, report.Panic.Kind);
        Assert.StartsWith("Something hung before that: 2 CPUs did not schedule for more than 6 s", report.Panic.Explanation[1]);
        Assert.Contains(report.Panic.Explanation, sentence => sentence.StartsWith("This looks like a deadlock", StringComparison.Ordinal));
        Assert.Contains(report.Findings, finding => finding.Rule == "stuck-cpus" && finding.Evidence.Count == 2);
    }

    [LabFact(Kernel, "hung-task")]
    public void CallsADeadlockByItsName()
    {
        LabDump dump = Lab.Find(Kernel, "hung-task")!;
        using IDumpSession session = Open(dump, useDebugInfo: true);
        CrashReport report = session.GetCrashReport(CancellationToken.None);

        Assert.Equal(PanicKind.Deadlock, report.Panic.Kind);
        Assert.StartsWith("hung-task: ", report.Signature);
        Assert.Contains(report.Findings, finding => finding.Rule == "deadlocks");
    }

    /// <summary>Tasks that wait, some of them for seconds, are the life of a healthy machine.</summary>
    [LabTheory]
    [LabDumps(group: "*")]
    public void SaysNothingOfAHangWhereNoneIs(string kernel, string scenario)
    {
        if (!s_healthy.Contains(scenario))
        {
            return;
        }

        using IDumpSession session = Open(Lab.Find(kernel, scenario)!, useDebugInfo: false);
        CrashReport report = session.GetCrashReport(CancellationToken.None);

        Assert.DoesNotContain(report.Panic.Explanation, sentence => sentence.Contains("hung", StringComparison.Ordinal) || sentence.Contains("hangs", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Findings, finding => finding.Rule is "deadlocks" or "stuck-cpus" or "hung-tasks");
    }

    private static IDumpSession Open(LabDump dump, bool useDebugInfo)
    {
        SessionOptions options = useDebugInfo
            ? new SessionOptions { Vmlinux = dump.Vmlinux, DebugDirectories = [dump.PathOf("modules")] }
            : new SessionOptions { UseDebugInfo = false };
        return DumpSession.Open(dump.Vmcore, options, CancellationToken.None);
    }
}
