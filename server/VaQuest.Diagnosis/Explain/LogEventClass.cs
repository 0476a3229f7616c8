// LogEventClass: what role a line of the kernel log plays in a crash.
namespace VaQuest.Diagnosis.Explain;

/// <summary>Roles of the log lines that tell of trouble.</summary>
internal enum LogEventClass
{
    /// <summary>"Kernel panic - not syncing: …".</summary>
    Panic,

    /// <summary>The first line of an oops: the CPU raised an exception or BUG() was hit.</summary>
    Die,

    /// <summary>A report after which the kernel goes on unless told to panic: WARNING, a lockup, a hung task, KASAN, list corruption.</summary>
    Report,

    /// <summary>A line that says more about the line after it.</summary>
    Hint,
}
