// LogLineKinds: recognises the lines that structure a kernel log.
namespace VaQuest.Diagnosis.Logs;

/// <summary>By their first words, as the kernel prints them (kernel/panic.c, lib/dump_stack.c, lib/bug.c, arch/*/kernel/traps.c, mm/…).</summary>
internal static class LogLineKinds
{
    private static readonly (string Start, LogLineKind Kind)[] s_starts =
    [
        ("------------[ cut here ]", LogLineKind.CutHere),
        ("---[ end ", LogLineKind.End),
        ("Call Trace:", LogLineKind.CallTrace),
        ("Call trace:", LogLineKind.CallTrace),
        ("Backtrace:", LogLineKind.CallTrace),
        ("Backtrace for", LogLineKind.CallTrace),
        ("NMI backtrace for cpu", LogLineKind.Problem),
        ("Kernel panic - not syncing", LogLineKind.Panic),
        ("CPU: ", LogLineKind.Cpu),
        ("task:", LogLineKind.Task),
        ("Modules linked in:", LogLineKind.Modules),
        ("Code: ", LogLineKind.Code),
        ("Kernel Offset: ", LogLineKind.KernelOffset),
        ("Linux version ", LogLineKind.Banner),
        ("Oops", LogLineKind.ProblemDetail),
        ("Internal error: ", LogLineKind.ProblemDetail),
        ("#PF: ", LogLineKind.ProblemDetail),
        ("BUG: ", LogLineKind.Problem),
        ("kernel BUG at ", LogLineKind.Problem),
        ("Kernel BUG at ", LogLineKind.Problem),
        ("WARNING: ", LogLineKind.Problem),
        ("Unable to handle kernel", LogLineKind.Problem),
        ("Unhandled fault", LogLineKind.Problem),
        ("general protection", LogLineKind.Problem),
        ("divide error", LogLineKind.Problem),
        ("invalid opcode", LogLineKind.ProblemDetail),
        ("double fault", LogLineKind.Problem),
        ("stack segment", LogLineKind.Problem),
        ("traps: PANIC", LogLineKind.Problem),
        ("PANIC: ", LogLineKind.Problem),
        ("INFO: task ", LogLineKind.Problem),
        ("INFO: rcu", LogLineKind.Problem),
        ("INFO: possible", LogLineKind.Problem),
        ("INFO: trying to register", LogLineKind.Problem),
        ("INFO: inconsistent lock", LogLineKind.Problem),
        ("rcu: INFO: ", LogLineKind.Problem),
        ("watchdog: ", LogLineKind.Problem),
        ("NMI watchdog: ", LogLineKind.Problem),
        ("Watchdog detected hard LOCKUP", LogLineKind.Problem),
        ("list_add corruption", LogLineKind.Problem),
        ("list_del corruption", LogLineKind.Problem),
        ("slab error", LogLineKind.Problem),
        ("UBSAN: ", LogLineKind.Problem),
        ("KASAN: ", LogLineKind.ProblemDetail),
        ("kfence: ", LogLineKind.Problem),
        ("mce: [Hardware Error]", LogLineKind.ProblemDetail),
        ("sysrq: Trigger a crash", LogLineKind.Problem),
        ("sysrq: SysRq : Trigger a crash", LogLineKind.Problem),
        ("SysRq : Trigger a crash", LogLineKind.Problem),
        ("Out of memory: ", LogLineKind.Problem),
        ("unchecked MSR access error", LogLineKind.Problem),
    ];

    /// <summary>The kind of a line without its prefix.</summary>
    public static LogLineKind Of(ReadOnlySpan<char> content)
    {
        if (content.IsEmpty)
        {
            return LogLineKind.Blank;
        }

        if (content[0] == '<')
        {
            return IsStackMarker(content) ? LogLineKind.StackMarker : LogLineKind.Other;
        }

        foreach ((string start, LogLineKind kind) in s_starts)
        {
            if (content.StartsWith(start, StringComparison.Ordinal))
            {
                return kind;
            }
        }

        return LogLineKind.Other;
    }

    private static bool IsStackMarker(ReadOnlySpan<char> content)
    {
        int close = content[..Math.Min(content.Length, 20)].IndexOf('>');
        if (close < 2)
        {
            return false;
        }

        ReadOnlySpan<char> name = content[1..close].TrimStart('/');
        return name is "TASK" or "IRQ" or "NMI" or "SOFTIRQ" or "ENTRY_TRAMPOLINE" or "EOI" or "EOE" or "UNK"
            || (name.Length > 1 && name[0] == '#');
    }
}
