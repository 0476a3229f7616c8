// HealthRuleTests: the rules over memory, tasks, lists, code and clocks speak on clear cases and keep silent on usual ones.
using VaQuest.Binary;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Tests.Reports;
using VaQuest.Kernel.Health;
using VaQuest.Kernel.Memory.Hotplug;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Findings;

public sealed class HealthRuleTests
{
    [Fact]
    public void TellsOfAZoneBelowItsMinimum()
    {
        var short_ = new MemoryZone(0, "Normal", 100_000, 700, 1_000);
        Finding finding = Assert.Single(FindingsFor(new HealthFacts { Zones = [short_] }), f => f.Rule == "memory-pressure");
        Assert.Equal(("warning", "A zone has fewer free pages than the minimum."), (finding.Severity, finding.Text));
        Assert.Equal("zone Normal of node 0: 700 pages free, minimum 1000, of 100000", Assert.Single(finding.Evidence).Text);

        // Two CPUs may hold 250 pages that the zone does not know of yet; a DMA zone is always short.
        Assert.DoesNotContain(FindingsFor(new HealthFacts { Zones = [short_ with { Free = 800 }] }), f => f.Rule == "memory-pressure");
        Assert.DoesNotContain(FindingsFor(new HealthFacts { Zones = [short_ with { Managed = 3_840 }] }), f => f.Rule == "memory-pressure");
    }

    [Theory]
    [InlineData("Out of memory: Killed process 77 (sh) total-vm:1kB", "warning")]
    [InlineData("sh: page allocation failure: order:4, mode:0x40dc0(GFP_KERNEL|__GFP_COMP|__GFP_ZERO), nodemask=(null)", "warning")]
    [InlineData("Memory cgroup out of memory: Killed process 77 (sh) total-vm:1kB", "note")]
    public void TellsOfFailedAllocationsInTheLog(string line, string severity)
    {
        CrashMaterial material = FakeCrash.Material();
        material = material with { Log = [FakeCrash.Record(0, 2, line), .. material.Log] };
        Assert.Equal(severity, Assert.Single(ReportBuilder.Build(material).Findings, f => f.Rule == "memory-pressure").Severity);
    }

    [Fact]
    public void TellsOfStolenTimeFromATenthOfTheUptimeOn()
    {
        CrashMaterial material = FakeCrash.Material();
        material = material with { System = material.System with { UptimeSeconds = 1000.0 } };
        Finding finding = Assert.Single(
            ReportBuilder.Build(material with { Health = new HealthFacts { Stolen = [new(0, 20), new(1, 400)] } }).Findings, f => f.Rule == "stolen-time");
        Assert.Equal("CPU 1: 400.0 s of 1000.0 s (40%)", Assert.Single(finding.Evidence).Text);

        // More stolen than there was is damage, not a finding.
        Assert.DoesNotContain(
            ReportBuilder.Build(material with { Health = new HealthFacts { Stolen = [new(0, 1e9)] } }).Findings, f => f.Rule == "stolen-time");
    }

    [Fact]
    public void GroupsBlockedTasksAndTellsWhichHang()
    {
        var health = new HealthFacts
        {
            Blocked = [Blocked(200, 3.0, "__schedule", "schedule", "__mutex_lock.constprop.0", "ext4_write"), Blocked(201, 130.0, "__schedule", "schedule", "__mutex_lock", "ext4_write"),
                Blocked(202, null, "__schedule", "schedule", "io_schedule", "folio_wait_bit_common", "read_page")],
            BlockedCount = 3,
            HungSeconds = 120,
        };
        IReadOnlyList<Finding> findings = FindingsFor(health);
        Finding groups = Assert.Single(findings, f => f.Rule == "blocked-tasks");
        Assert.Equal("information", groups.Severity);
        Assert.Equal(
            ["2 tasks in __mutex_lock, called by ext4_write (PID 200, 201, longest 2 min 10 s)", "1 task in folio_wait_bit_common, called by read_page (PID 202)"],
            groups.Evidence.Select(evidence => evidence.Text));
        Finding hung = Assert.Single(findings, f => f.Rule == "hung-tasks");
        Assert.Equal("1 task in state D did not run for more than 120 s.", hung.Text);
        Assert.Equal("PID 201 task-201 last ran 2 min 10 s ago; it waits in __mutex_lock, called by ext4_write", Assert.Single(hung.Evidence).Text);
    }

    [Fact]
    public void TellsOfABrokenListWithItsExpression()
    {
        StackFrame frame = FakeCrash.PanicStack().Frames[3];
        var link = new BrokenLink(new VirtAddr(0xffff888001235010), true, new VirtAddr(0xffff888001236010), new VirtAddr(0xffff888001237010));
        Finding finding = Assert.Single(
            FindingsFor(new HealthFacts { BrokenLists = [new BrokenListMember("ring->waiters", "struct ring", frame, link)] }), f => f.Rule == "corrupt-list");
        Evidence evidence = Assert.Single(finding.Evidence);
        Assert.Equal(
            "ring->waiters.next (struct ring, frame #3 widget_store) leads to 0xffff888001236010, whose prev is 0xffff888001237010 and not 0xffff888001235010", evidence.Text);
        Assert.Equal(("/src/widget/widget_core.c", 42), (evidence.File, evidence.Line));
        Assert.Equal("error", finding.Severity);
    }

    [Fact]
    public void TellsOfOneFlippedBitInTheCode()
    {
        StackFrame frame = FakeCrash.PanicStack().Frames[4];
        var difference = new TextDifference(new VirtAddr(0xffffffff9d3f00c0), [0x85], [0x81]);
        Finding finding = Assert.Single(FindingsFor(new HealthFacts { ChangedText = [new ChangedFunction(frame, [difference])] }), f => f.Rule == "text-differs");
        Assert.Equal("One bit of the code differs from the file, as after a memory error.", finding.Text);
        Assert.Equal("at 0xffffffff9d3f00c0 in vfs_write: the file has 85, memory has 81 (one bit)", Assert.Single(finding.Evidence).Text);
    }

    [Fact]
    public void TellsOfPointersIntoOfflineMemory()
    {
        var block = new MemoryBlock(9, new PhysAddr(0x48000000), 0x8000000, "offline", 0, null);
        Finding finding = Assert.Single(
            FindingsFor(new HealthFacts { Offline = [new OfflineUse("rdi", new VirtAddr(0xffff88804a000000), block)] }), f => f.Rule == "offline-memory");
        Assert.Equal("rdi = 0xffff88804a000000 lies in memory block 9, which is offline", Assert.Single(finding.Evidence).Text);
    }

    [Fact]
    public void TellsOfRefusedFiles()
    {
        CrashMaterial material = FakeCrash.Material() with { Warnings = ["/debug/vmlinux has build id aa, the dump's kernel has bb: refused; give the debug files of exactly that build"] };
        material = material with { Health = new HealthFacts { RefusedFiles = ["/debug/widget.ko has build id cc, not dd"] } };
        Assert.Equal(2, Assert.Single(ReportBuilder.Build(material).Findings, f => f.Rule == "refused-debug-file").Evidence.Count);
    }

    [Fact]
    public void SaysNothingOfAHealthyMachine() =>
        Assert.Equal(["tainted-module-in-stack"], FindingsFor(new HealthFacts { Zones = [new MemoryZone(0, "Normal", 100_000, 50_000, 1_000)] }).Select(f => f.Rule));

    [Fact]
    public void SignsAHungTaskByItsOwnStack()
    {
        CrashMaterial material = FakeCrash.Material() with
        {
            Log =
            [
                FakeCrash.Record(1, 12, "INFO: task task-201:201 blocked for more than 122 seconds."),
                FakeCrash.Record(2, 12, "Kernel panic - not syncing: hung_task: blocked tasks"),
            ],
            Health = new HealthFacts { Blocked = [Blocked(201, 130.0, "__schedule", "schedule", "__mutex_lock", "ext4_write")], BlockedCount = 1 },
        };
        Assert.Equal("hung-task: __mutex_lock < ext4_write", ReportBuilder.Build(material).Signature);
    }

    private static BlockedTask Blocked(int pid, double? seconds, params string[] functions) => new(
        new KernelTask { Address = new VirtAddr(0xffff888001230000 + (ulong)pid), Pid = pid, Comm = $"task-{pid}", State = "D" },
        new StackTrace
        {
            State = "waiting, not interruptible",
            EndReason = "end of stack",
            IsComplete = true,
            Frames = [.. functions.Select((name, i) => FakeCrash.Frame(i, name, 0xffffffff9d000000 + (ulong)i, FrameProof.Orc))],
        },
        seconds);

    private static IReadOnlyList<Finding> FindingsFor(HealthFacts health) => ReportBuilder.Build(FakeCrash.Material() with { Health = health }).Findings;
}
