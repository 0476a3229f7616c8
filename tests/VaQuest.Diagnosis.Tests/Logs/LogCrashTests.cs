// LogCrashTests: real oopses of public bug reports give the kind, the culprit and the signature that a person reads in them.
using VaQuest.Diagnosis.Logs;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sessions;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Logs;

public sealed class LogCrashTests
{
    /// <summary>Judged by eye; oopses/README.md tells where each is from.</summary>
    [Theory]

    // The first line says NULL pointer; RIP is the access.
    [InlineData("null-tcp-5.4", "null-pointer-dereference", "tcp_v4_send_reset", null, "null-pointer-dereference: tcp_v4_send_reset")]

    // Since 6.10 the first line begins with "Oops: "; a slab's freelist pointer lost its canonical form.
    [InlineData("gpf-slab-6.16", "general-protection", "kmem_cache_alloc_noprof", null, "general-protection: kmem_cache_alloc_noprof")]

    // An address that is not near NULL, not mapped; the function is a module's.
    [InlineData("fault-arc-6.5", "page-fault", "arc_buf_destroy_impl", "zfs", "page-fault: zfs:arc_buf_destroy_impl")]

    // What the watchdog's timer interrupted is the RIP line in the middle of the trace, not the timer's own functions.
    [InlineData("lockup-softirq-6.5", "soft-lockup", "__do_softirq", null, "soft-lockup: __do_softirq")]

    // Below the scheduler's own functions the task waits in a condition variable; "? " frames are left-overs.
    [InlineData("hung-txg-4.15", "hung-task", "cv_wait_common", "spl", "hung-task: spl:cv_wait_common < spl:__cv_wait < zfs:arc_read < zfs:dsl_scan_visitbp")]

    // KASAN's own functions stand above the access that it reports.
    [InlineData("kasan-ntfs-6.0", "use-after-free", "ntfs_lookup_inode_by_name", null,
        "use-after-free: ntfs_lookup_inode_by_name < ntfs_fill_super < mount_bdev < ntfs_mount")]

    // BUG() is an invalid opcode; the line above it says which.
    [InlineData("bug-bcachefs-6.18", "bug", "btree_path_prefetch", "bcachefs", "bug: bcachefs:btree_path_prefetch")]

    // arm64: pc is the access; lr is where a call would have returned, and no frame of its own.
    [InlineData("null-arm64-5.19", "null-pointer-dereference", "page_frag_alloc_align", null, "null-pointer-dereference: page_frag_alloc_align")]

    // Before 4.x RIP was printed with its address, twice.
    [InlineData("divide-mptcp-3.11", "divide-error", "mptcp_ccc_recalc_alpha", null, "divide-error: mptcp_ccc_recalc_alpha")]

    // The BUG is the list check's own; who deleted the entry was in the trace, which this excerpt does not have: nobody is blamed.
    [InlineData("list-kexec-4.19", "list-corruption", null, null, "list-corruption")]

    // An instruction that this CPU (or its hypervisor) does not know, with no BUG line.
    [InlineData("opcode-ipi-5.4", "invalid-opcode", "__send_ipi_mask", null, "invalid-opcode: __send_ipi_mask")]
    public void ReadsRealOopses(string name, string kind, string? function, string? module, string signature)
    {
        string path = Path.Combine(Lab.RepositoryRoot, "tests", "VaQuest.Diagnosis.Tests", "Logs", "oopses", name + ".oops");
        LogCrash crash = LogCrashReader.Read(LogLexer.Lex(File.ReadAllText(path)));
        Assert.Equal((kind, function, module, signature), (PanicKinds.NameOf(crash.Kind), crash.Function, crash.Module, crash.Signature));
    }

    [Fact]
    public void SaysNothingOfAQuietLog()
    {
        LogCrash crash = LogCrashReader.Read(LogLexer.Lex("[    0.000000] Linux version 6.1.0\n[    1.000000] eth0: link up\n"));
        Assert.Equal(new LogCrash(PanicKind.Unknown, null, -1, null, null, "unknown"), crash);
    }

    /// <summary>The kernel's own trace and the walked stack of one crash have one signature.</summary>
    [LabTheory]
    [LabDumps]
    public void SignsALogAsItsDump(string kernel, string scenario)
    {
        LabDump dump = Lab.Find(kernel, scenario)!;
        if (dump.Find("dmesg.txt") is not { } log || scenario is not ("null-deref" or "bug-inline" or "gpf" or "sysrq-c" or "timer-panic" or "lab-values" or "kworker-panic"))
        {
            return;
        }

        using IDumpSession session = DumpSession.Open(dump.Vmcore, new SessionOptions { UseDebugInfo = false }, CancellationToken.None);
        Assert.Equal(session.GetCrashReport(CancellationToken.None).Signature, LogCrashReader.Read(LogLexer.Lex(File.ReadAllText(log))).Signature);
    }
}
