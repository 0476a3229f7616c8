// StackTrace: the stack of a task or CPU, and why it ends where it ends.
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Unwind;

/// <summary>A walked stack.</summary>
public sealed record StackTrace
{
    /// <summary>The CPU when the task was on one, else null.</summary>
    public int? Cpu { get; init; }

    public KernelTask? Task { get; init; }

    /// <summary>running, sleeping, idle … in words for users.</summary>
    public required string State { get; init; }

    /// <summary>Innermost first.</summary>
    public required IReadOnlyList<StackFrame> Frames { get; init; }

    /// <summary>Why the walk ended: "user mode", "end of stack", or the damage.</summary>
    public required string EndReason { get; init; }

    /// <summary>False when the walk ended before the stack did.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>True when this is the stack of the CPU that crashed.</summary>
    public bool IsPanicStack { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];
}
