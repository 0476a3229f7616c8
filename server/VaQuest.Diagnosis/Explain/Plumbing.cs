// Plumbing: the kernel's own functions between a fault and the dump of it.

namespace VaQuest.Diagnosis.Explain;

/// <summary>
/// Functions that report, stop or dump, and so are never the culprit: kernel/panic.c, kernel/kexec_core.c, arch/*/kernel/{dumpstack,traps,
/// entry}, arch/*/mm/fault.c, lib/bug.c, the watchdogs, KASAN's and the lists' checks.
/// </summary>
internal static class Plumbing
{
    private static readonly HashSet<string> s_names = new(StringComparer.Ordinal)
    {
        "panic", "vpanic", "nmi_panic", "check_panic_on_warn", "__crash_kexec", "crash_kexec", "machine_kexec", "crash_setup_regs",
        "crash_save_cpu", "native_machine_crash_shutdown", "machine_crash_shutdown", "relocate_kernel", "panic_smp_self_stop",
        "oops_begin", "oops_end", "oops_exit", "die", "die_addr", "__die", "__die_body", "__die_header", "arm64_notify_die", "die_kernel_fault",
        "page_fault_oops", "no_context", "__bad_area_nosemaphore", "bad_area_nosemaphore", "__bad_area", "bad_area", "bad_area_access_error",
        "kernelmode_fixup_or_oops", "do_kern_addr_fault", "do_user_addr_fault", "handle_page_fault", "__do_page_fault", "do_page_fault",
        "exc_page_fault", "asm_exc_page_fault", "page_fault", "async_page_fault", "__do_kernel_fault", "do_translation_fault",
        "do_mem_abort", "el1_abort", "el1h_64_sync_handler", "el1h_64_sync", "el1_sync", "do_sea", "do_bad_area",
        "exc_general_protection", "asm_exc_general_protection", "general_protection", "do_general_protection", "gp_try_fixup_and_notify",
        "exc_divide_error", "asm_exc_divide_error", "divide_error", "do_divide_error", "do_trap", "do_trap_no_signal", "do_error_trap",
        "exc_invalid_op", "asm_exc_invalid_op", "invalid_op", "do_invalid_op", "handle_bug", "handle_invalid_op", "report_bug", "fixup_bug",
        "exc_stack_segment", "asm_exc_stack_segment", "exc_double_fault", "asm_exc_double_fault", "double_fault", "do_double_fault",
        "df_debug", "handle_stack_overflow", "exc_int3", "asm_exc_int3", "int3", "bug_handler", "brk_handler", "do_debug_exception", "el1_dbg",
        "__warn", "warn_slowpath_fmt", "warn_slowpath_null", "__warn_printk", "warn_slowpath_common", "report_addr", "search_extable",
        "kasan_report", "__kasan_report", "end_report", "kasan_end_report", "print_report", "kasan_report_invalid_free", "kfence_report_error",
        "check_memory_region", "kasan_check_range", "__asan_load1", "__asan_load2", "__asan_load4", "__asan_load8", "__asan_loadN",
        "__asan_store1", "__asan_store2", "__asan_store4", "__asan_store8", "__asan_storeN", "__asan_report_load1_noabort",
        "__asan_report_load2_noabort", "__asan_report_load4_noabort", "__asan_report_load8_noabort", "__asan_report_load_n_noabort",
        "__asan_report_store1_noabort", "__asan_report_store2_noabort", "__asan_report_store4_noabort", "__asan_report_store8_noabort",
        "__list_add_valid", "__list_del_entry_valid", "__list_add_valid_or_report", "__list_del_entry_valid_or_report",
        "print_address_description", "kasan_report_error",
        "refcount_warn_saturate", "refcount_error_report",
        "watchdog_timer_fn", "watchdog_overflow_callback", "watchdog_hardlockup_check", "watchdog_check_timestamp",
        "panic_on_rcu_stall", "print_cpu_stall", "print_other_cpu_stall", "check_cpu_stall", "rcu_pending", "rcu_sched_clock_irq",
        "rcu_check_callbacks", "mce_panic", "__stack_chk_fail", "fortify_panic", "__fortify_panic",
        "dump_stack", "dump_stack_lvl", "show_regs", "bust_spinlocks",
        "exc_nmi", "asm_exc_nmi", "nmi", "end_repeat_nmi", "default_do_nmi", "nmi_handle", "unknown_nmi_error", "io_check_error",
        "pci_serr_error", "do_nmi", "perf_event_nmi_handler", "nmi_cpu_backtrace_handler", "crash_nmi_callback",
    };

    /// <summary>The functions that end a kernel: what they call in turn is no part of the crash.</summary>
    private static readonly HashSet<string> s_panics = new(StringComparer.Ordinal)
        { "panic", "vpanic", "nmi_panic", "__crash_kexec", "crash_kexec", "machine_kexec", "oops_end", "die", "die_addr" };

    /// <summary>True for a function that ends the kernel. The name may carry a compiler's suffix.</summary>
    public static bool IsPanic(string function) => s_panics.Contains(FunctionNames.Normalise(function));

    /// <summary>True for a function that only reports or dumps. The name may carry a compiler's suffix.</summary>
    public static bool Contains(string function) =>
        s_names.Contains(function) || s_names.Contains(FunctionNames.Normalise(function));

    /// <summary>The allocator's functions on the way from kfree() to its checks (mm/slub.c, mm/slab_common.c).</summary>
    private static readonly HashSet<string> s_allocator = new(StringComparer.Ordinal)
    {
        "set_freepointer", "__slab_free", "do_slab_free", "slab_free", "slab_free_hook", "slab_free_freelist_hook", "slab_free_bulk", "__kmem_cache_free", "kfree", "kmem_cache_free",
        "kfree_sensitive", "kvfree", "___cache_free", "object_err", "slab_err", "slab_bug", "slab_fix", "print_trailer", "check_object", "check_bytes_and_report", "check_slab", "on_freelist",
        "free_debug_processing", "free_to_partial_list", "free_consistency_checks", "alloc_debug_processing", "alloc_consistency_checks", "slab_pad_check", "object_slab_check",
        "free_large_kmalloc", "slab_kernel_panic", "add_taint", "kmem_cache_alloc", "__kmalloc", "slab_alloc_node", "___slab_alloc", "__slab_alloc", "get_freelist",
    };

    /// <summary>True for the allocator's own functions, which its checks are called from.</summary>
    public static bool IsAllocator(string function) => s_allocator.Contains(FunctionNames.Normalise(function));

    /// <summary>True for the inline helpers that kernel checks are called from: lists, counters, lengths.</summary>
    public static bool IsCheckHelper(string file) =>
        IsListHelper(file) || file.EndsWith("include/linux/refcount.h", StringComparison.Ordinal) || file.EndsWith("include/linux/fortify-string.h", StringComparison.Ordinal)
        || file.EndsWith("include/linux/kref.h", StringComparison.Ordinal);

    /// <summary>True for the inline helpers of the lists, which the list checks are called from.</summary>
    private static bool IsListHelper(string file) =>
        file.EndsWith("include/linux/list.h", StringComparison.Ordinal) || file.EndsWith("include/linux/rculist.h", StringComparison.Ordinal)
        || file.EndsWith("lib/list_debug.c", StringComparison.Ordinal);
}
