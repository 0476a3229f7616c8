// LogLineKind: what a line of a kernel log announces.
namespace VaQuest.Diagnosis.Logs;

/// <summary>Kinds of lines that begin, continue or end an event.</summary>
internal enum LogLineKind
{
    Other,
    Blank,

    /// <summary>------------[ cut here ]------------</summary>
    CutHere,

    /// <summary>The first line of an event: BUG:, WARNING:, general protection fault, …</summary>
    Problem,

    /// <summary>A further line of the same event: Oops:, Internal error:, …</summary>
    ProblemDetail,

    /// <summary>Kernel panic - not syncing: …</summary>
    Panic,

    /// <summary>---[ end trace … ]--- and ---[ end Kernel panic … ]---</summary>
    End,

    /// <summary>Call Trace:, Backtrace:, …</summary>
    CallTrace,

    /// <summary>&lt;TASK&gt;, &lt;/IRQ&gt;, …</summary>
    StackMarker,

    /// <summary>CPU: 0 PID: 1 Comm: x …</summary>
    Cpu,

    /// <summary>task:x state:D … of a task dump.</summary>
    Task,

    Modules,
    Code,
    KernelOffset,
    Banner,
}
