// X86EntryNames: which entry code is an exception's, an interrupt's, an NMI's.
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>Tells the kind of an entry by its symbol (arch/x86/entry/entry_64.S, arch/x86/include/asm/idtentry.h).</summary>
internal static class X86EntryNames
{
    private static readonly string[] s_interrupts =
    [
        "asm_sysvec_", "asm_common_interrupt", "asm_spurious_interrupt", "common_interrupt", "apic_timer_interrupt", "ret_from_intr",
        "common_spurious", "reschedule_interrupt", "call_function_interrupt", "call_function_single_interrupt", "irq_work_interrupt",
        "interrupt_entry", "irq_entries_start",
    ];

    private static readonly string[] s_plain = ["entry_SYSCALL", "entry_SYSENTER", "entry_INT80", "ret_from_fork", "asm_int80", "swapgs_restore"];

    private static readonly string[] s_outermost = ["ret_from_fork", "secondary_startup_64", "x86_64_start_kernel", "start_cpu0"];

    /// <summary>True for code that nothing called: where stacks begin.</summary>
    public static bool IsOutermost(string symbol) => Array.Exists(s_outermost, name => symbol.StartsWith(name, StringComparison.Ordinal));

    /// <param name="symbol">Symbol of the code whose unwind row describes saved registers.</param>
    /// <param name="fromUser">True when those registers are of user mode.</param>
    public static FrameKind KindOf(string symbol, bool fromUser)
    {
        if (symbol.Contains("nmi", StringComparison.Ordinal) && !symbol.Contains("nmi_restore", StringComparison.Ordinal))
        {
            return FrameKind.Nmi;
        }

        if (Array.Exists(s_interrupts, name => symbol.StartsWith(name, StringComparison.Ordinal)))
        {
            return FrameKind.Interrupt;
        }

        return fromUser && Array.Exists(s_plain, name => symbol.StartsWith(name, StringComparison.Ordinal)) ? FrameKind.Normal : FrameKind.Exception;
    }
}
