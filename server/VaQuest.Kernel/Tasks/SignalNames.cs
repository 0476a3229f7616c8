// SignalNames: signals by number, and sets of them.
using System.Globalization;

namespace VaQuest.Kernel.Tasks;

/// <summary>include/uapi/asm-generic/signal.h, which x86, ARM and most others use. Bit 0 of a set is signal 1.</summary>
public static class SignalNames
{
    /// <summary>_NSIG of all architectures but MIPS.</summary>
    public const int Count = 64;

    private const int FirstRealTime = 32;

    private static readonly string[] s_names =
    [
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE",
        "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ",
        "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    private static readonly (ulong Bit, string Name)[] s_actions =
    [
        (0x40000000, "SA_NODEFER"), (0x80000000, "SA_RESETHAND"), (0x10000000, "SA_RESTART"), (0x8000000, "SA_ONSTACK"), (0x4000000, "SA_RESTORER"),
        (0x800, "SA_EXPOSE_TAGBITS"), (4, "SA_SIGINFO"), (2, "SA_NOCLDWAIT"), (1, "SA_NOCLDSTOP"),
    ];

    /// <summary>"SIGTERM", "SIGRT3" (the third above the kernel's SIGRTMIN, 32).</summary>
    /// <param name="number">From 1 on.</param>
    public static string NameOf(int number) => number >= 1 && number <= s_names.Length
        ? s_names[number - 1]
        : "SIGRT" + (number - FirstRealTime).ToString(CultureInfo.InvariantCulture);

    /// <summary>The signals of a set, ascending.</summary>
    public static IReadOnlyList<string> NamesOf(ulong set) =>
        [.. Enumerable.Range(1, Count).Where(number => ((set >> (number - 1)) & 1) != 0).Select(NameOf)];

    /// <summary>SA_* of sigaction.sa_flags.</summary>
    public static IReadOnlyList<string> ActionFlagsOf(ulong flags) => FlagNames.Of(flags, s_actions);
}
