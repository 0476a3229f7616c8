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

    // From here on with their whole traces. Which of the two frees is wrong cannot be told from these words: "double-free or invalid-free".
    [InlineData("free-selinux-4.12", "slab-corruption", "selinux_tun_dev_free_security", null,
        "slab-corruption: selinux_tun_dev_free_security < security_tun_dev_free_security < __tun_chr_ioctl < tun_chr_ioctl")]

    // skb_pull() checks the length that its caller gave it.
    [InlineData("skb-esp6-4.14", "bug", "esp6_gro_receive", null, "bug: esp6_gro_receive < SyS_writev < entry_SYSCALL_64_fastpath")]

    // arm64: the list's check stands in pc; who removed the entry is its caller.
    [InlineData("list-nilfs-arm64-6.0", "list-corruption", "__kobject_del", null, "list-corruption: __kobject_del < kobject_cleanup < kobject_put < nilfs_sysfs_delete_device_group")]

    // arm64: "Unable to handle …" names the crash, "Internal error: Oops" twelve lines below does not; lines are decoded already.
    [InlineData("null-ntfs3-arm64-6.1", "null-pointer-dereference", "unlock_page", null, "null-pointer-dereference: unlock_page < ni_readpage_cmpr < ntfs_read_folio < filemap_read_folio")]

    // The form of warnings since 6.19, here with the place hidden; the counter's check is not to blame.
    [InlineData("refcount-vma-6.18", "warning", "__vma_enter_locked", null, "warning: __vma_enter_locked < __vma_start_write < vma_modify < vma_modify_flags_uffd")]

    // A breakpoint that a jump label's patching left: RIP is right behind it.
    [InlineData("int3-pmd-6.15", "breakpoint", "kmem_cache_alloc_noprof", null, "breakpoint: kmem_cache_alloc_noprof < __pmd_alloc < copy_page_range < dup_mmap")]

    // KFENCE saw bytes behind the object when krealloc() freed it: its caller owns the object.
    [InlineData("kfence-bpf-5.11", "slab-corruption", "do_check_common", null, "slab-corruption: do_check_common < bpf_check < bpf_prog_load < __do_sys_bpf")]

    // 32-bit arm writes "(callee) from [<…>] (caller)"; panic, warning and counter stand above the last put.
    [InlineData("refcount-usb-arm-6.11", "warning", "kobject_put", null, "warning: kobject_put < put_device < hdm_disconnect < usb_unbind_interface")]

    // The report's own trace ends where the panic's begins, which shows the watchdog's timer.
    [InlineData("lockup-mulaw-4.15", "soft-lockup", "memcpy", null, "soft-lockup: memcpy < mulaw_decode < mulaw_transfer < snd_pcm_plug_write_transfer")]

    // KASAN adds a line to a protection fault of its own shadow's address.
    [InlineData("gpf-kernfs-5.8", "general-protection", "rb_erase", null, "general-protection: rb_erase < __kernfs_remove < kernfs_remove_by_name_ns < remove_files")]

    // RIP is in memcmp(), which was given an error code for a pointer: the address is near the top, and no NULL.
    [InlineData("fault-ipcget-4.15", "page-fault", "memcmp", null, "page-fault: memcmp < ipcget < SyS_msgget < entry_SYSCALL_64_fastpath")]

    // The stack protector names the function by its address alone; the frame behind __stack_chk_fail() is it.
    [InlineData("guard-ip6-4.4", "stack-corruption", "ip6_xmit", null, "stack-corruption: ip6_xmit < inet6_csk_xmit < l2tp_xmit_skb < pppol2tp_sendmsg")]

    // The page allocator warns of what a caller of kmalloc() asked for.
    [InlineData("warn-squashfs-5.10", "warning", "squashfs_read_table", null, "warning: squashfs_read_table < squashfs_read_xattr_id_table < squashfs_fill_super < get_tree_bdev")]

    // i386, "EIP is at".
    [InlineData("bug-rmap-i386-2.6.19", "bug", "page_remove_rmap", null, "bug: page_remove_rmap < unmap_vmas < exit_mmap < mmput")]
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
