// LogRuleTests: each rule over the log speaks on the kernel's own words, with their time, and on nothing else.
using VaQuest.Diagnosis.Findings;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Tests.Reports;
using VaQuest.Kernel.Log;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Findings;

public sealed class LogRuleTests
{
    /// <summary>Lines as kernels print them (drivers/md, fs/ext4, mm/slub.c, kernel/rcu/tree_stall.h, …), the rule and the severity they give.</summary>
    [Theory]
    [InlineData("mce: [Hardware Error]: Machine check events logged", "hardware-errors", "warning")]
    [InlineData("mce: [Hardware Error]: CPU 3: Machine Check Exception: 5 Bank 5: be00000000800400", "hardware-errors", "error")]
    [InlineData("EDAC MC0: 1 CE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0", "hardware-errors", "warning")]
    [InlineData("EDAC MC1: 1 UE memory read error on CPU_SrcID#1_MC#0_Chan#0_DIMM#0", "hardware-errors", "error")]
    [InlineData("{1}[Hardware Error]: event severity: corrected", "hardware-errors", "warning")]
    [InlineData("Memory failure: 0x1a2b3c: recovery action for dirty LRU page: Failed", "hardware-errors", "error")]
    [InlineData("blk_update_request: I/O error, dev sda, sector 123456 op 0x0:(READ)", "io-errors", "warning")]
    [InlineData("Buffer I/O error on dev dm-0, logical block 1, async page read", "io-errors", "warning")]
    [InlineData("EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2: comm ls: reading directory lblock 0", "io-errors", "warning")]
    [InlineData("XFS (dm-2): Corruption of in-memory data detected.  Shutting down filesystem", "io-errors", "warning")]
    [InlineData("nvme nvme0: I/O 384 QID 3 timeout, aborting", "io-errors", "warning")]
    [InlineData("ata1.00: exception Emask 0x0 SAct 0x0 SErr 0x0 action 0x6 frozen", "io-errors", "warning")]
    [InlineData("watchdog: BUG: soft lockup - CPU#2 stuck for 22s! [kworker/2:1:77]", "lockups", "warning")]
    [InlineData("NMI watchdog: Watchdog detected hard LOCKUP on cpu 5", "lockups", "warning")]
    [InlineData("watchdog: CPU5: Watchdog detected hard LOCKUP on cpu 5", "lockups", "warning")]
    [InlineData("BUG: workqueue lockup - pool cpus=1 node=0 flags=0x0 nice=0 stuck for 34s!", "lockups", "warning")]
    [InlineData("rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", "rcu-stalls", "warning")]
    [InlineData("rcu: INFO: rcu_sched self-detected stall on CPU", "rcu-stalls", "warning")]
    [InlineData("rcu: rcu_sched kthread starved for 21003 jiffies! g1 f0x0", "rcu-stalls", "warning")]
    [InlineData("INFO: rcu_sched detected stalls on CPUs/tasks: { 1} (detected by 0, t=60002 jiffies)", "rcu-stalls", "warning")]
    [InlineData("BUG kmalloc-64 (Tainted: G    B      OE    ): Poison overwritten", "corruption-reports", "error")]
    [InlineData("BUG dentry (Not tainted): Object already free", "corruption-reports", "error")]
    [InlineData("BUG: KASAN: slab-out-of-bounds in ring_submit+0x22/0x40 [ring]", "corruption-reports", "error")]
    [InlineData("BUG: Bad page state in process sh  pfn:12345", "corruption-reports", "error")]
    [InlineData("slab error in verify_redzone_free(): cache `kmalloc-64': double free detected", "corruption-reports", "error")]
    [InlineData("kmemleak: 14 new suspected memory leaks (see /sys/kernel/debug/kmemleak)", "memory-leaks", "note")]
    [InlineData("clocksource: timekeeping watchdog on CPU0: Marking clocksource 'tsc' as unstable because the skew is too large:", "clock-trouble", "information")]
    [InlineData("Uhhuh. NMI received for unknown reason 3d on CPU 0.", "unexpected-nmi", "warning")]
    [InlineData("[Firmware Bug]: TSC_DEADLINE disabled due to Errata", "firmware-bugs", "information")]
    [InlineData("ACPI: [Firmware Bug]: BIOS _OSI(Linux) query ignored", "firmware-bugs", "information")]
    public void SpeaksOnTheKernelsWords(string line, string rule, string severity)
    {
        Finding finding = Assert.Single(FindingsFor(FakeCrash.Record(0, 2, line)), f => f.Rule == rule);
        Assert.Equal(severity, finding.Severity);
        Assert.Contains(finding.Evidence, evidence => evidence.Text == $"[    2.000000] {line}");
    }

    [Theory]
    [InlineData("EDAC MC: Ver: 3.0.0")]
    [InlineData("mce: CPU supports 10 MCE banks")]
    [InlineData("ata1: SATA max UDMA/133 abar m2048@0xfebf1000 port 0xfebf1100 irq 24")]
    [InlineData("EXT4-fs (vda): mounted filesystem without journal. Quota mode: none.")]
    [InlineData("nvme nvme0: 8/0/0 default/read/poll queues")]
    [InlineData("rcu: Hierarchical RCU implementation.")]
    [InlineData("rcu: RCU calculated value of scheduler-enlistment delay is 25 jiffies.")]
    [InlineData("clocksource: Switched to clocksource tsc")]
    [InlineData("tsc: Marking TSC unstable due to TSCs unsynchronized")]
    [InlineData("kmemleak: Kernel memory leak detector initialized (mem pool available: 15672)")]
    [InlineData("NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.")]
    [InlineData("random: a user wrote: BUG kmalloc-64 is not this line's start")]
    [InlineData("Memory: 360232K/392684K available (14344K kernel code, 2331K rwdata, 6364K rodata)")]
    public void StaysSilentOnOrdinaryLines(string line)
    {
        string[] quiet = ["earlier-trouble", "tainted-module-in-stack"];
        Assert.DoesNotContain(FindingsFor(FakeCrash.Record(0, 2, line)), finding => !quiet.Contains(finding.Rule));
    }

    [Fact]
    public void LooksOnlyBeforeTheCrashAndCountsWhatIsNotShown()
    {
        LogRecord[] errors = [.. Enumerable.Range(1, 9).Select(i => FakeCrash.Record(0, i, $"blk_update_request: I/O error, dev sda, sector {i}"))];
        Finding finding = Assert.Single(FindingsFor(errors), f => f.Rule == "io-errors");
        Assert.Equal("The log holds 9 disk or file-system error lines, the first 11.0 s before the crash.", finding.Text);
        Assert.Equal(FindingContext.MaxEvidence + 1, finding.Evidence.Count);
        Assert.Equal("and 3 more lines", finding.Evidence[^1].Text);

        CrashMaterial late = FakeCrash.Material();
        late = late with { Log = [.. late.Log, FakeCrash.Record(9, 13, "blk_update_request: I/O error, dev sda, sector 1")] };
        Assert.DoesNotContain(ReportBuilder.Build(late).Findings, f => f.Rule == "io-errors");
    }

    [Fact]
    public void PutsTheMostSeriousFirst()
    {
        IReadOnlyList<Finding> findings = FindingsFor(
            FakeCrash.Record(0, 1, "[Firmware Bug]: TSC_DEADLINE disabled"), FakeCrash.Record(0, 2, "BUG: Bad page state in process sh  pfn:12345"),
            FakeCrash.Record(0, 3, "blk_update_request: I/O error, dev sda, sector 1"));
        Assert.Equal(findings.Select(f => FindingSeverity.Rank(f.Severity)).Order(), findings.Select(f => FindingSeverity.Rank(f.Severity)));
        Assert.Equal("corruption-reports", findings[0].Rule);
        Assert.Equal("firmware-bugs", findings[^1].Rule);
    }

    [Fact]
    public void TellsOfAnEarlierOopsAndOfTheFirstReport()
    {
        Finding warned = Assert.Single(FindingsFor(FakeCrash.Record(0, 2, "WARNING: CPU: 0 PID: 1 at fs/inode.c:1 drop_nlink+0x1/0x2")), f => f.Rule == "earlier-trouble");
        Assert.Equal(("warning", "The log holds a report 10.0 s before the crash."), (warned.Severity, warned.Text));
        Finding died = Assert.Single(
            FindingsFor([
                FakeCrash.Record(0, 2, "INFO: task sh:77 blocked for more than 120 seconds."),
                FakeCrash.Record(0, 3, "BUG: unable to handle page fault for address: ffffc90000000000"),
                .. Enumerable.Range(0, 8).Select(i => FakeCrash.Record(0, 3, $"R0{i}: 0000000000000000")), FakeCrash.Record(0, 3, "---[ end trace 0000000000000000 ]---")]),
            f => f.Rule == "earlier-trouble");
        Assert.Equal(("error", "An earlier oops"), (died.Severity, died.Title));
        Assert.Equal(2, died.Evidence.Count);
    }

    [Fact]
    public void TakesTheCrashsOwnReportForNoEarlierOne()
    {
        CrashMaterial material = FakeCrash.Material() with
        {
            Log =
            [
                FakeCrash.Record(1, 12, "list_del corruption. prev->next should be ffff888001234000, but was dead000000000122"),
                FakeCrash.Record(2, 12, "------------[ cut here ]------------"),
                FakeCrash.Record(3, 12, "kernel BUG at lib/list_debug.c:59!"),
            ],
        };
        CrashReport report = ReportBuilder.Build(material);
        Assert.Equal(PanicKind.ListCorruption, report.Panic.Kind);
        Assert.DoesNotContain(report.Findings, f => f.Rule == "earlier-trouble");
    }

    [Fact]
    public void TellsOfTaintsWhoseReportIsLost()
    {
        CrashMaterial material = FakeCrash.Material();
        material = material with { Kernel = material.Kernel with { Taints = new Known<IReadOnlyList<string>>(["warned", "machine-check", "died", "out-of-tree"], null) } };
        Finding finding = Assert.Single(ReportBuilder.Build(material).Findings, f => f.Rule == "taint-without-report");
        Assert.Equal("warning", finding.Severity);
        Assert.Equal(["machine-check", "warned"], finding.Evidence.Select(evidence => evidence.Text.Split(' ')[2]));

        // The log from its very first record on cannot have lost anything.
        LogRecord[] whole = [FakeCrash.Record(0, 0, "Linux version 6.1.0"), .. material.Log];
        Assert.DoesNotContain(ReportBuilder.Build(material with { Log = whole }).Findings, f => f.Rule == "taint-without-report");
    }

    [Fact]
    public void TellsOfALogThatRunsBackwards()
    {
        Finding finding = Assert.Single(FindingsFor(FakeCrash.Record(0, 90, "eth0: link up"), FakeCrash.Record(0, 5, "eth0: link down")), f => f.Rule == "clock-trouble");
        Assert.Equal("note", finding.Severity);
        Assert.Equal("The log's time runs backwards in 1 place.", finding.Text);
    }

    private static IReadOnlyList<Finding> FindingsFor(params LogRecord[] records)
    {
        CrashMaterial material = FakeCrash.Material();
        return ReportBuilder.Build(material with { Log = [.. records, .. material.Log] }).Findings;
    }
}
