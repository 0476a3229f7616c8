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
        "val_to_string", "handle_overflow", "object_is_on_stack", "debug_print_object", "usercopy_abort", "usercopy_warn", "dump_backtrace", "__dump_backtrace", "show_stack", "rust_helper_BUG", "spin_dump", "spin_bug", "__check_object_size", "check_heap_object", "__check_heap_object",
        "check_memory_region_inline", "skb_panic", "skb_put", "skb_push", "skb_pull", "__skb_pull", "do_tag_check_fault", "el1_sync_handler", "do_trap_break", "ret_from_exception", "__exc_invalid_op", "do_el1_bti", "el1h_64_error", "snd_BUG_ON", "__might_resched", "___might_sleep", "__might_sleep", "__schedule_bug", "__dump_stack",
        "kmsan_report", "end_report", "die_addr", "__fortify_report", "list_del_corruption", "do_undefinstr", "call_undef_hook", "el1_undef", "el1_brk64", "bug_brk_handler",
        "do_kernel_fault", "__do_kernel_fault", "__die_if_kernel", "cfi_handler", "__cfi_slowpath", "hex_dump_to_buffer", "check_slab", "kill_me_maybe",
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
        s_names.Contains(function) || s_names.Contains(FunctionNames.Normalise(function)) || IsRustPanic(function) || Array.Exists(s_checkers, prefix => function.StartsWith(prefix, StringComparison.Ordinal));

    private static bool IsRustPanic(string function) =>
        function.StartsWith("_RNv", StringComparison.Ordinal) && (function.Contains("panicking", StringComparison.Ordinal) || function.Contains("rust_begin_unwind", StringComparison.Ordinal));

    /// <summary>What the functions of KASAN, KFENCE, UBSAN, KMSAN and KCSAN, and of counters and debugged objects, begin with.</summary>
    private static readonly string[] s_checkers =
    [
        "__asan_", "kasan_", "__kasan_", "____kasan_", "kfence_", "__kfence_", "ubsan_", "__ubsan_", "kmsan_", "__msan_", "kcsan_", "__kcsan_", "__tsan_", "refcount_",
        "debug_object_", "debug_check_no_obj_", "__debug_check_no_obj_", "__warn_", "skb_over_panic", "skb_under_panic", "__sanitizer_", "__x86_indirect_", "ref_tracker_",
    ];

    /// <summary>The allocator's functions on the way from kfree() to its checks (mm/slub.c, mm/slab_common.c).</summary>
    private static readonly HashSet<string> s_allocator = new(StringComparer.Ordinal)
    {
        "set_freepointer", "__slab_free", "do_slab_free", "slab_free", "slab_free_hook", "slab_free_freelist_hook", "slab_free_bulk", "__kmem_cache_free", "kfree", "kmem_cache_free",
        "kfree_sensitive", "kvfree", "___cache_free", "object_err", "slab_err", "slab_bug", "slab_fix", "print_trailer", "check_object", "check_bytes_and_report", "check_slab", "on_freelist",
        "free_debug_processing", "free_to_partial_list", "free_consistency_checks", "alloc_debug_processing", "alloc_consistency_checks", "slab_pad_check", "object_slab_check",
        "free_large_kmalloc", "slab_kernel_panic", "add_taint", "kmem_cache_free_bulk", "slab_post_alloc_hook", "kmalloc_slab", "__kmalloc_track_caller", "__do_kmalloc_node", "__kmalloc_node", "kvmalloc_node", "__kvmalloc_node", "krealloc", "krealloc_noprof", "kmalloc_order", "kmalloc_order_trace", "alloc_pages_current", "alloc_pages", "alloc_page_interleave", "__alloc_pages", "__alloc_pages_nodemask", "__alloc_pages_noprof", "__alloc_frozen_pages_noprof", "___kmalloc_large_node", "__kmalloc_large_node_noprof", "kmalloc_large_node", "__kmalloc_node_track_caller_noprof", "kmemdup", "memdup_user", "cache_free_debugcheck", "cache_alloc_debugcheck_after", "slob_free", "init_object", "get_partial_node", "alloc_single_from_partial", "alloc_single_from_new_slab", "__kmem_cache_free_bulk", "free_object", "kmem_cache_alloc_trace", "kmem_cache_alloc_lru", "kmem_cache_alloc_node", "kmem_cache_alloc_noprof", "__kmalloc_noprof", "kmalloc_trace", "__kmalloc_cache_noprof", "__kmem_cache_alloc_node", "kmem_cache_alloc", "__kmalloc", "slab_alloc_node", "___slab_alloc", "__slab_alloc", "get_freelist",
    };

    /// <summary>True for the functions that a check is reported from: the allocator's own, and those of memory, text and locks that do what their caller says.</summary>
    public static bool IsHelper(string function) =>
        s_allocator.Contains(FunctionNames.Normalise(function)) || s_library.Contains(FunctionNames.Normalise(function)) || Array.Exists(s_locks, prefix => function.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>lib/string.c and its like.</summary>
    private static readonly HashSet<string> s_library = new(StringComparer.Ordinal)
    {
        "memcpy", "__memcpy", "memcpy_orig", "memcpy_erms", "memset", "__memset", "memset_erms", "memset_orig", "memmove", "__memmove", "memcmp", "memchr", "strlen", "strnlen", "strcmp", "strncmp",
        "strcpy", "strncpy", "strlcpy", "strscpy", "strcat", "strstr", "strnstr", "strchr", "strrchr", "read_word_at_a_time", "atomic_read", "test_and_clear_bit", "kref_put", "kref_get", "kobject_get",
    };

    /// <summary>What functions of locks begin with.</summary>
    private static readonly string[] s_locks =
        ["_raw_spin_", "_raw_read_", "_raw_write_", "do_raw_spin_", "do_raw_read_", "do_raw_write_", "__lock_acquire", "lock_acquire", "lock_release", "register_lock_class", "look_up_lock_class"];

    /// <summary>The functions that begin a report: what they call in turn only prints it.</summary>
    private static readonly HashSet<string> s_reports = new(StringComparer.Ordinal)
    {
        "__warn", "warn_slowpath_fmt", "warn_slowpath_null", "warn_slowpath_common", "report_bug", "kasan_report", "__kasan_report", "kfence_report_error", "dump_stack", "dump_stack_lvl", "ubsan_epilogue",
    };

    /// <summary>True for a function that begins a report.</summary>
    public static bool IsReport(string function) => s_reports.Contains(FunctionNames.Normalise(function));

    /// <summary>True for the inline helpers that kernel checks are called from: lists, counters, lengths.</summary>
    public static bool IsCheckHelper(string file) =>
        IsListHelper(file) || file.EndsWith("include/linux/refcount.h", StringComparison.Ordinal) || file.EndsWith("include/linux/fortify-string.h", StringComparison.Ordinal)
        || file.EndsWith("include/linux/kref.h", StringComparison.Ordinal);

    /// <summary>True for the inline helpers of the lists, which the list checks are called from.</summary>
    private static bool IsListHelper(string file) =>
        file.EndsWith("include/linux/list.h", StringComparison.Ordinal) || file.EndsWith("include/linux/rculist.h", StringComparison.Ordinal)
        || file.EndsWith("lib/list_debug.c", StringComparison.Ordinal);
}
