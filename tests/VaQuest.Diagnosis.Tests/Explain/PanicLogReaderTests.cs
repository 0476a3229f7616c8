// PanicLogReaderTests: the kernel's words are classified as the kernel means them.
using VaQuest.Diagnosis.Explain;
using VaQuest.Diagnosis.Reports;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Explain;

public sealed class PanicLogReaderTests
{
    [Theory]
    [InlineData("BUG: kernel NULL pointer dereference, address: 0000000000000018", PanicKind.NullPointerDereference)]
    [InlineData("BUG: unable to handle kernel NULL pointer dereference at 0000000000000018", PanicKind.NullPointerDereference)]
    [InlineData("Unable to handle kernel NULL pointer dereference at virtual address 0000000000000018", PanicKind.NullPointerDereference)]
    [InlineData("BUG: unable to handle page fault for address: ffffb3f800000018", PanicKind.PageFault)]
    [InlineData("BUG: unable to handle kernel paging request at ffffb3f800000018", PanicKind.PageFault)]
    [InlineData("general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] PREEMPT SMP", PanicKind.GeneralProtection)]
    [InlineData("Oops: general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] SMP", PanicKind.GeneralProtection)]
    [InlineData("general protection fault: 0000 [#1] SMP", PanicKind.GeneralProtection)]
    [InlineData("kernel BUG at mm/slub.c:379!", PanicKind.Bug)]
    [InlineData("divide error: 0000 [#1] PREEMPT SMP NOPTI", PanicKind.DivideError)]
    [InlineData("Oops: divide error: 0000 [#1] PREEMPT SMP NOPTI", PanicKind.DivideError)]
    [InlineData("invalid opcode: 0000 [#1] SMP", PanicKind.InvalidOpcode)]
    [InlineData("BUG: stack guard page was hit at 00000000a7d2ad6f (stack is 00000000d1e6de27..000000007d0d7d3f)", PanicKind.StackOverflow)]
    [InlineData("BUG: TASK stack guard page was hit at ffffc90000ff7ff8 (stack is ffffc90000ff8000..ffffc90001000000)", PanicKind.StackOverflow)]
    [InlineData("Kernel panic - not syncing: sysrq triggered crash", PanicKind.Sysrq)]
    [InlineData("Kernel panic - not syncing: softlockup: hung tasks", PanicKind.SoftLockup)]
    [InlineData("Kernel panic - not syncing: Hard LOCKUP", PanicKind.HardLockup)]
    [InlineData("Kernel panic - not syncing: hung_task: blocked tasks", PanicKind.HungTask)]
    [InlineData("Kernel panic - not syncing: RCU Stall", PanicKind.RcuStall)]
    [InlineData("Kernel panic - not syncing: NMI: Not continuing", PanicKind.Nmi)]
    [InlineData("Kernel panic - not syncing: Fatal machine check", PanicKind.MachineCheck)]
    [InlineData("Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled", PanicKind.OutOfMemory)]
    [InlineData("Kernel panic - not syncing: System is deadlocked on memory", PanicKind.OutOfMemory)]
    [InlineData("int3: 0000 [#1] PREEMPT SMP NOPTI", PanicKind.Breakpoint)]
    [InlineData("kernel BUG at lib/list_debug.c:53!", PanicKind.ListCorruption)]
    [InlineData("Kernel panic - not syncing: stack-protector: Kernel stack is corrupted in: form_fill+0x74/0xf60", PanicKind.StackCorruption)]
    [InlineData("Kernel panic - not syncing: corrupted stack end detected inside scheduler", PanicKind.StackOverflow)]
    [InlineData("Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)", PanicKind.ExplicitPanic)]
    public void ClassifiesTheMessage(string line, PanicKind kind)
    {
        PanicRecord record = PanicLogReader.Read(["Linux version 6.1.0", "random: crng init done", line]);
        Assert.Equal(kind, record.Kind);
        Assert.Equal(line, record.Message);
    }

    [Fact]
    public void ReadsTheFactsOfAPageFault()
    {
        PanicRecord record = PanicLogReader.Read(
        [
            "BUG: kernel NULL pointer dereference, address: 0000000000000018",
            "#PF: supervisor write access in kernel mode",
            "#PF: error_code(0x0002) - not-present page",
            "PGD 0 P4D 0 ",
            "Oops: 0002 [#1] PREEMPT SMP NOPTI",
            "CPU: 1 PID: 192 Comm: my sh Tainted: G           OE      6.1.0-49-cloud-amd64 #1  Debian 6.1.174-1",
            "RIP: 0010:slot_store+0x1a/0x20 [lab_null]",
        ]);
        Assert.Equal(0x18UL, record.FaultAddress!.Value.Value);
        Assert.Equal("write", record.Access);
        Assert.Equal("not-present page", record.AccessFailure);
        Assert.Equal((1, 192, "my sh"), (record.Cpu, record.Pid, record.Comm));
        Assert.Contains("RIP: 0010:slot_store+0x1a/0x20 [lab_null]", record.EvidenceLines);
        Assert.False(record.WentOn);
    }

    [Fact]
    public void ReadsTheTaskOfKernelsThatPrintTheUser()
    {
        PanicRecord record = PanicLogReader.Read(
        [
            "BUG: kernel NULL pointer dereference, address: 0000000000000018",
            "CPU: 3 UID: 0 PID: 77 Comm: sh Not tainted 6.12.0 #1",
        ]);
        Assert.Equal((3, 77, "sh"), (record.Cpu, record.Pid, record.Comm));
    }

    [Fact]
    public void PrefersTheOopsToThePanicThatFollowsIt()
    {
        PanicRecord record = PanicLogReader.Read(
        [
            "BUG: unable to handle page fault for address: ffffb3f800000018",
            "Oops: 0000 [#1] PREEMPT SMP NOPTI",
            "---[ end trace 0000000000000000 ]---",
            "Kernel panic - not syncing: Fatal exception in interrupt",
        ]);
        Assert.Equal(PanicKind.PageFault, record.Kind);
        Assert.Equal("BUG: unable to handle page fault for address: ffffb3f800000018", record.Message);
        Assert.Equal("Kernel panic - not syncing: Fatal exception in interrupt", record.PanicLine);
        Assert.False(record.WentOn);
    }

    [Fact]
    public void CallsAJumpIntoDataNxExecution()
    {
        PanicRecord record = PanicLogReader.Read(
        [
            "kernel tried to execute NX-protected page - exploit attempt? (uid: 0)",
            "BUG: unable to handle page fault for address: ffffffffc03ab020",
        ]);
        Assert.Equal(PanicKind.NxExecution, record.Kind);
        Assert.StartsWith("BUG: unable", record.Message, StringComparison.Ordinal);
        Assert.Contains("kernel tried to execute NX-protected page - exploit attempt? (uid: 0)", record.EvidenceLines);
    }

    [Fact]
    public void CallsTheOldSysrqCrashSysrq()
    {
        PanicRecord record = PanicLogReader.Read(
        [
            "sysrq: SysRq : Trigger a crash",
            "BUG: unable to handle kernel NULL pointer dereference at 0000000000000000",
        ]);
        Assert.Equal(PanicKind.Sysrq, record.Kind);
    }

    [Fact]
    public void CallsTheListChecksBugListCorruption()
    {
        PanicRecord record = PanicLogReader.Read(
        [
            "list_del corruption. prev->next should be ffff888100000000, but was ffff888200000000",
            "------------[ cut here ]------------",
            "kernel BUG at lib/list_debug.c:53!",
            "invalid opcode: 0000 [#1] PREEMPT SMP NOPTI",
        ]);
        Assert.Equal(PanicKind.ListCorruption, record.Kind);
        Assert.Equal("kernel BUG at lib/list_debug.c:53!", record.Message);
    }

    [Fact]
    public void FindsTheWarningThatBecameAPanic()
    {
        PanicRecord record = PanicLogReader.Read(
        [
            "WARNING: CPU: 0 PID: 1 at kernel/sched/core.c:1 foo+0x1/0x2",
            "CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1",
            "Kernel panic - not syncing: kernel: panic_on_warn set ...",
        ]);
        Assert.Equal(PanicKind.Warning, record.Kind);
        Assert.StartsWith("WARNING: ", record.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BUG: KASAN: slab-out-of-bounds in f+0x1/0x2", "KASAN: panic_on_warn set ...", PanicKind.OutOfBounds)]
    [InlineData("BUG: KASAN: use-after-free in f+0x1/0x2", "kasan.fault=panic set ...", PanicKind.UseAfterFree)]
    [InlineData("BUG: KASAN: double-free in f+0x1/0x2", "KASAN: panic_on_warn set ...", PanicKind.DoubleFree)]
    [InlineData("BUG: KASAN: double-free or invalid-free in f+0x1/0x2", "panic_on_warn set ...", PanicKind.SlabCorruption)]
    [InlineData("BUG: KFENCE: out-of-bounds read in f+0x1/0x2", "KFENCE: panic_on_warn set ...", PanicKind.OutOfBounds)]
    [InlineData("BUG: KFENCE: memory corruption in f+0x1/0x2", "KFENCE: panic_on_warn set ...", PanicKind.SlabCorruption)]
    [InlineData("UBSAN: array-index-out-of-bounds in a.c:1:2", "UBSAN: panic_on_warn set ...", PanicKind.UndefinedBehaviour)]
    [InlineData("BUG kmalloc-64 (Not tainted): Right Redzone overwritten", "panic_on_taint set ...", PanicKind.SlabCorruption)]
    [InlineData("BUG kmalloc-64 (Not tainted): Object already free", "panic_on_taint set ...", PanicKind.DoubleFree)]
    [InlineData("BUG kmalloc-64 (Tainted: G    B    ): Poison overwritten", "panic_on_taint set ...", PanicKind.UseAfterFree)]
    [InlineData("WARNING: lib/refcount.c:19 at refcount_warn_saturate+0xc5/0x110, CPU#1: sh/77", "kernel: panic_on_warn set ...", PanicKind.Warning)]
    public void FindsTheReportThatBecameAPanic(string report, string panic, PanicKind kind)
    {
        PanicRecord record = PanicLogReader.Read(["Linux version 6.1.0", report, "CPU: 1 PID: 77 Comm: sh Not tainted 6.1.0 #1", "Kernel panic - not syncing: " + panic]);
        Assert.Equal((kind, report, 77), (record.Kind, record.Message, record.Pid));
        Assert.Equal("Kernel panic - not syncing: " + panic, record.PanicLine);
    }

    [Theory]
    [InlineData("detected buffer overflow in __fortify_strlen")]
    [InlineData("memcpy: detected buffer overflow: 63 byte write of buffer size 24")]
    public void CallsTheLengthChecksBugABufferOverflow(string hint) => Assert.Equal(
        PanicKind.BufferOverflow, PanicLogReader.Read([hint, "------------[ cut here ]------------", "kernel BUG at lib/string_helpers.c:1027!"]).Kind);

    [Fact]
    public void FindsTheStartOfAnOopsOfArm64()
    {
        string[] lines = ["Unable to handle kernel NULL pointer dereference at virtual address 0000000000000008", .. Enumerable.Repeat("  ESR = 0x96000006", 11), "Internal error: Oops: 96000006 [#1] PREEMPT SMP", "Kernel panic - not syncing: Oops: Fatal exception"];
        Assert.Equal((PanicKind.NullPointerDereference, 0), (PanicLogReader.Read(lines).Kind, PanicLogReader.Read(lines).Index));
    }

    [Fact]
    public void FindsTheReportOfASoftLockup()
    {
        PanicRecord record = PanicLogReader.Read(
        [
            "watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [worker:88]",
            "CPU: 1 PID: 88 Comm: worker Not tainted 6.1.0 #1",
            "Kernel panic - not syncing: softlockup: hung tasks",
        ]);
        Assert.Equal(PanicKind.SoftLockup, record.Kind);
        Assert.StartsWith("watchdog: BUG: soft lockup", record.Message, StringComparison.Ordinal);
        Assert.Equal(88, record.Pid);
    }

    [Fact]
    public void ListsWhatWentWrongBefore()
    {
        PanicRecord record = PanicLogReader.Read(
        [
            "WARNING: CPU: 0 PID: 1 at kernel/sched/core.c:1 foo+0x1/0x2",
            "nothing",
            "Kernel panic - not syncing: out of luck",
        ]);
        Assert.Equal([0], record.Earlier.Select(e => e.Index));
        Assert.Equal(PanicKind.ExplicitPanic, record.Kind);
    }

    [Fact]
    public void TellsThatTheKernelWentOnAfterAnOops()
    {
        PanicRecord record = PanicLogReader.Read(
        [
            "BUG: kernel NULL pointer dereference, address: 0000000000000018",
            "Oops: 0002 [#1] PREEMPT SMP NOPTI",
            "---[ end trace 0000000000000000 ]---",
            "eth0: link up",
        ]);
        Assert.True(record.WentOn);
    }

    [Theory]
    [InlineData("user program says: BUG: kernel NULL pointer dereference, address: 0")]
    [InlineData("myapp: Kernel panic - not syncing: no")]
    [InlineData("")]
    public void TakesNoQuotedTextForACrash(string line)
    {
        PanicRecord record = PanicLogReader.Read(["Linux version 6.1.0", line]);
        Assert.Equal(PanicKind.Unknown, record.Kind);
        Assert.Null(record.Message);
    }

    [Fact]
    public void ReadsAnEmptyLog() => Assert.Equal(PanicKind.Unknown, PanicLogReader.Read([]).Kind);
}
