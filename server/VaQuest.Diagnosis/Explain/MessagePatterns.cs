// MessagePatterns: the kernel's own words for each kind of trouble.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Explain;

/// <summary>
/// Recognises log lines. The wording is that of the kernel sources since 4.4: arch/x86/mm/fault.c, arch/x86/kernel/{dumpstack,traps,nmi}.c,
/// kernel/{panic,hung_task,watchdog}.c, kernel/rcu/tree_stall.h, lib/bug.c, lib/list_debug.c, mm/{oom_kill,slub,kasan}, arch/arm64, arch/s390,
/// arch/powerpc. Matching is on the start of a line, so that text quoted inside a message does not count.
/// </summary>
internal static class MessagePatterns
{
    private const string PanicPrefix = "Kernel panic - not syncing: ";

    private static readonly (string Start, PanicKind Kind, LogEventClass Class)[] s_starts =
    [
        ("BUG: kernel NULL pointer dereference", PanicKind.NullPointerDereference, LogEventClass.Die),
        ("BUG: unable to handle kernel NULL pointer dereference", PanicKind.NullPointerDereference, LogEventClass.Die),
        ("BUG: Kernel NULL pointer dereference", PanicKind.NullPointerDereference, LogEventClass.Die),
        ("Unable to handle kernel NULL pointer dereference", PanicKind.NullPointerDereference, LogEventClass.Die),
        ("BUG: unable to handle page fault", PanicKind.PageFault, LogEventClass.Die),
        ("BUG: unable to handle kernel paging request", PanicKind.PageFault, LogEventClass.Die),
        ("BUG: Unable to handle kernel data access", PanicKind.PageFault, LogEventClass.Die),
        ("BUG: Unable to handle kernel instruction fetch", PanicKind.PageFault, LogEventClass.Die),
        ("Unable to handle kernel paging request", PanicKind.PageFault, LogEventClass.Die),
        ("Unable to handle kernel pointer dereference", PanicKind.PageFault, LogEventClass.Die),
        ("Unable to handle kernel read from unreadable memory", PanicKind.PageFault, LogEventClass.Die),
        ("Unable to handle kernel write to read-only memory", PanicKind.PageFault, LogEventClass.Die),
        ("Unable to handle kernel access to user memory", PanicKind.PageFault, LogEventClass.Die),
        ("Unable to handle kernel execute from non-executable memory", PanicKind.NxExecution, LogEventClass.Die),
        ("kernel tried to execute NX-protected page", PanicKind.NxExecution, LogEventClass.Hint),
        ("general protection fault", PanicKind.GeneralProtection, LogEventClass.Die),
        ("Oops: general protection fault", PanicKind.GeneralProtection, LogEventClass.Die),
        ("kernel BUG at lib/list_debug.c", PanicKind.ListCorruption, LogEventClass.Die),
        ("kernel BUG at ", PanicKind.Bug, LogEventClass.Die),
        ("Kernel BUG at ", PanicKind.Bug, LogEventClass.Die),
        ("divide error: ", PanicKind.DivideError, LogEventClass.Die),
        ("Oops: divide error: ", PanicKind.DivideError, LogEventClass.Die),
        ("invalid opcode: ", PanicKind.InvalidOpcode, LogEventClass.Die),
        ("Oops: invalid opcode: ", PanicKind.InvalidOpcode, LogEventClass.Die),
        ("BUG: stack guard page was hit at ", PanicKind.StackOverflow, LogEventClass.Die),
        ("BUG: TASK stack guard page was hit at ", PanicKind.StackOverflow, LogEventClass.Die),
        ("BUG: IRQ stack guard page was hit at ", PanicKind.StackOverflow, LogEventClass.Die),
        ("kernel stack overflow", PanicKind.StackOverflow, LogEventClass.Die),
        ("Insufficient stack space to handle exception", PanicKind.StackOverflow, LogEventClass.Die),
        ("double fault: ", PanicKind.Unknown, LogEventClass.Die),
        ("traps: PANIC: double fault", PanicKind.Unknown, LogEventClass.Die),
        ("PANIC: double fault", PanicKind.Unknown, LogEventClass.Die),
        ("stack segment: ", PanicKind.Unknown, LogEventClass.Die),
        ("Unhandled fault: ", PanicKind.PageFault, LogEventClass.Die),
        ("int3: ", PanicKind.Breakpoint, LogEventClass.Die),
        ("Oops: int3: ", PanicKind.Breakpoint, LogEventClass.Die),
        ("Oops: ", PanicKind.Unknown, LogEventClass.Die),
        ("Internal error: ", PanicKind.Unknown, LogEventClass.Die),
        ("detected buffer overflow in ", PanicKind.BufferOverflow, LogEventClass.Hint),
        ("usercopy: Kernel memory ", PanicKind.OutOfBounds, LogEventClass.Hint),
        ("UBSAN: ", PanicKind.UndefinedBehaviour, LogEventClass.Report),
        ("list_add corruption", PanicKind.ListCorruption, LogEventClass.Report),
        ("list_add double add", PanicKind.ListCorruption, LogEventClass.Report),
        ("list_del corruption", PanicKind.ListCorruption, LogEventClass.Report),
        ("BUG: spinlock recursion", PanicKind.Deadlock, LogEventClass.Report),
        ("WARNING: CPU: ", PanicKind.Warning, LogEventClass.Report),
        ("WARNING: possible circular locking dependency", PanicKind.Deadlock, LogEventClass.Report),
        ("WARNING: possible recursive locking", PanicKind.Deadlock, LogEventClass.Report),
        ("watchdog: BUG: soft lockup", PanicKind.SoftLockup, LogEventClass.Report),
        ("NMI watchdog: BUG: soft lockup", PanicKind.SoftLockup, LogEventClass.Report),
        ("BUG: soft lockup", PanicKind.SoftLockup, LogEventClass.Report),
        ("watchdog: Watchdog detected hard LOCKUP", PanicKind.HardLockup, LogEventClass.Report),
        ("NMI watchdog: Watchdog detected hard LOCKUP", PanicKind.HardLockup, LogEventClass.Report),
        ("sysrq: Trigger a crash", PanicKind.Sysrq, LogEventClass.Hint),
        ("sysrq: SysRq : Trigger a crash", PanicKind.Sysrq, LogEventClass.Hint),
        ("SysRq : Trigger a crash", PanicKind.Sysrq, LogEventClass.Hint),
        ("NMI: ", PanicKind.Nmi, LogEventClass.Hint),
        ("Uhhuh. NMI received", PanicKind.Nmi, LogEventClass.Hint),
        ("mce: [Hardware Error]: ", PanicKind.MachineCheck, LogEventClass.Hint),
        ("Out of memory: Killed process", PanicKind.OutOfMemory, LogEventClass.Report),
        ("Out of memory: Kill process", PanicKind.OutOfMemory, LogEventClass.Report),
    ];

    /// <summary>What follows "Kernel panic - not syncing: ", where the text itself names the kind.</summary>
    private static readonly (string Start, PanicKind Kind)[] s_panics =
    [
        ("sysrq triggered crash", PanicKind.Sysrq),
        ("softlockup: hung tasks", PanicKind.SoftLockup),
        ("Hard LOCKUP", PanicKind.HardLockup),
        ("Watchdog detected hard LOCKUP", PanicKind.HardLockup),
        ("hung_task: blocked tasks", PanicKind.HungTask),
        ("RCU Stall", PanicKind.RcuStall),
        ("NMI", PanicKind.Nmi),
        ("An NMI occurred", PanicKind.Nmi),
        ("Fatal machine check", PanicKind.MachineCheck),
        ("Fatal local machine check", PanicKind.MachineCheck),
        ("Machine check", PanicKind.MachineCheck),
        ("machine check", PanicKind.MachineCheck),
        ("Timeout: Not all CPUs entered broadcast exception handler", PanicKind.MachineCheck),
        ("Out of memory", PanicKind.OutOfMemory),
        ("out of memory", PanicKind.OutOfMemory),
        ("System is deadlocked on memory", PanicKind.OutOfMemory),
        ("panic_on_warn set", PanicKind.Warning),
        ("kernel: panic_on_warn set", PanicKind.Warning),
        ("kernel stack overflow", PanicKind.StackOverflow),
        ("corrupted stack end detected", PanicKind.StackOverflow),
        ("stack-protector: Kernel stack is corrupted in", PanicKind.StackCorruption),
    ];

    /// <summary>Recognises a line, or returns null.</summary>
    public static LogEvent? Recognise(int index, string line)
    {
        if (line.StartsWith(PanicPrefix, StringComparison.Ordinal))
        {
            return new LogEvent(index, KindOfPanic(line.AsSpan(PanicPrefix.Length)), LogEventClass.Panic);
        }

        foreach ((string start, PanicKind kind, LogEventClass role) in s_starts)
        {
            if (line[0] == start[0] && line.StartsWith(start, StringComparison.Ordinal))
            {
                return new LogEvent(index, kind, role);
            }
        }

        return RecogniseInside(index, line);
    }

    /// <summary>True when a panic's text only says that an earlier report became fatal.</summary>
    public static bool IsFollowUp(string line)
    {
        ReadOnlySpan<char> text = line.AsSpan(Math.Min(line.Length, PanicPrefix.Length));
        return text.StartsWith("Fatal exception", StringComparison.Ordinal)
            || text.Contains(": Fatal exception", StringComparison.Ordinal)
            || text.StartsWith("Attempted to kill", StringComparison.Ordinal)
            || text.StartsWith("Aiee, killing interrupt handler", StringComparison.Ordinal)
            || IsOnWarn(text)
            || text.StartsWith("panic_on_taint set", StringComparison.Ordinal)
            || text.StartsWith("kasan.fault=panic set", StringComparison.Ordinal)
            || text.StartsWith("Machine halted", StringComparison.Ordinal);
    }

    /// <summary>True when a panic's text says that a checker's report, or a taint flag that it set, was made fatal.</summary>
    public static bool IsOnReport(string line)
    {
        ReadOnlySpan<char> text = line.AsSpan(Math.Min(line.Length, PanicPrefix.Length));
        return IsOnWarn(text) || text.StartsWith("panic_on_taint set", StringComparison.Ordinal) || text.StartsWith("kasan.fault=panic set", StringComparison.Ordinal);
    }

    // check_panic_on_warn() puts who asked before it: "kernel: ", "KASAN: ", "KFENCE: ", "UBSAN: ", "scheduling while atomic: ".
    private static bool IsOnWarn(ReadOnlySpan<char> text) =>
        text.StartsWith("panic_on_warn set", StringComparison.Ordinal) || text.Contains(": panic_on_warn set", StringComparison.Ordinal);

    private static PanicKind KindOfPanic(ReadOnlySpan<char> text)
    {
        if (IsOnWarn(text))
        {
            return PanicKind.Warning;
        }

        foreach ((string start, PanicKind kind) in s_panics)
        {
            if (text.StartsWith(start, StringComparison.Ordinal))
            {
                return kind;
            }
        }

        return PanicKind.ExplicitPanic;
    }

    // Lines whose telling part is not at their start: rcu and hung-task reports, KASAN, KFENCE and SLUB reports.
    private static LogEvent? RecogniseInside(int index, string line)
    {
        if (line.StartsWith("BUG: KASAN: ", StringComparison.Ordinal) || line.StartsWith("BUG: KFENCE: ", StringComparison.Ordinal))
        {
            return new LogEvent(index, KindOfMemoryReport(line), LogEventClass.Report);
        }

        if (line.StartsWith("INFO: task ", StringComparison.Ordinal) && line.Contains(" blocked for more than ", StringComparison.Ordinal))
        {
            return new LogEvent(index, PanicKind.HungTask, LogEventClass.Report);
        }

        // Since 6.5: "watchdog: CPU3: Watchdog detected hard LOCKUP on cpu 3", whichever detector it was.
        if (line.StartsWith("watchdog: CPU", StringComparison.Ordinal) && line.Contains(": Watchdog detected hard LOCKUP", StringComparison.Ordinal))
        {
            return new LogEvent(index, PanicKind.HardLockup, LogEventClass.Report);
        }

        bool isRcu = line.StartsWith("rcu: INFO: rcu_", StringComparison.Ordinal) || line.StartsWith("INFO: rcu_", StringComparison.Ordinal);
        if (isRcu && (line.Contains("detected stall", StringComparison.Ordinal) || line.Contains("self-detected", StringComparison.Ordinal)
            || line.Contains("detected expedited stalls", StringComparison.Ordinal)))
        {
            return new LogEvent(index, PanicKind.RcuStall, LogEventClass.Report);
        }

        // Since 6.19: "WARNING: lib/refcount.c:19 at refcount_warn_saturate+0xc5/0x110, CPU#1: sh/77".
        if (line.StartsWith("WARNING: ", StringComparison.Ordinal) && line.Contains(" at ", StringComparison.Ordinal) && line.Contains(", CPU#", StringComparison.Ordinal))
        {
            return new LogEvent(index, PanicKind.Warning, LogEventClass.Report);
        }

        bool isSlub = line.StartsWith("BUG ", StringComparison.Ordinal) && line.Contains("): ", StringComparison.Ordinal)
            && (line.Contains("ainted", StringComparison.Ordinal));
        if (line.Contains(": detected buffer overflow", StringComparison.Ordinal) && line.IndexOf(' ', StringComparison.Ordinal) > line.IndexOf(':', StringComparison.Ordinal))
        {
            return new LogEvent(index, PanicKind.BufferOverflow, LogEventClass.Hint);
        }

        return isSlub ? new LogEvent(index, KindOfSlabReport(line), LogEventClass.Report) : null;
    }

    private static PanicKind KindOfMemoryReport(string line)
    {
        if (line.Contains("use-after-free", StringComparison.Ordinal))
        {
            return PanicKind.UseAfterFree;
        }

        if (line.Contains("out-of-bounds", StringComparison.Ordinal))
        {
            return PanicKind.OutOfBounds;
        }

        // "double-free or invalid-free" until 6.0: which of them, the object's state tells.
        return line.Contains(": double-free in ", StringComparison.Ordinal) ? PanicKind.DoubleFree
            : line.Contains("invalid-free", StringComparison.Ordinal) || line.Contains("invalid free", StringComparison.Ordinal)
                || line.Contains("memory corruption", StringComparison.Ordinal) ? PanicKind.SlabCorruption
            : line.Contains("null-ptr-deref", StringComparison.Ordinal) ? PanicKind.NullPointerDereference : PanicKind.Bug;
    }

    // mm/slub.c: a free object is filled with a pattern; what is overwritten in it was written after it was freed.
    private static PanicKind KindOfSlabReport(string line) =>
        line.EndsWith("Object already free", StringComparison.Ordinal) ? PanicKind.DoubleFree
        : line.EndsWith(": Poison overwritten", StringComparison.Ordinal) ? PanicKind.UseAfterFree : PanicKind.SlabCorruption;
}
