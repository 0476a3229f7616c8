// TaskWait: a task, what it waits for, and who has that.
using VaQuest.Binary;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>One node of the wait-for graph with the edges that leave it.</summary>
public sealed record TaskWait
{
    public required KernelTask Task { get; init; }

    /// <summary>Its stack with inlined frames.</summary>
    public required StackTrace Stack { get; init; }

    public required WaitClass Class { get; init; }

    /// <summary>"the mutex depot.gate", "an RCU grace period": what it waits for, in words.</summary>
    public required string What { get; init; }

    /// <summary>The function that waits, with its line, as far as it is known; null when the stack does not show it.</summary>
    public StackFrame? Caller { get; init; }

    /// <summary>The lock; null when it is not known or there is none.</summary>
    public LockState? Lock { get; init; }

    /// <summary>Name of the lock: a symbol, a member of an object, or its address; empty when there is none.</summary>
    public string LockName { get; init; } = "";

    /// <summary>"reader", "writer", a page's flag; null where there is one way to wait.</summary>
    public string? Mode { get; init; }

    /// <summary>Who has what it waits for.</summary>
    public IReadOnlyList<WaitHolder> Holders { get; init; } = [];

    /// <summary>Why nobody is named; null when somebody is.</summary>
    public string? NoHolder { get; init; }

    /// <summary>How the lock is known, half a sentence; empty when it is not known.</summary>
    public string Proof { get; init; } = "";

    /// <summary>True when the lock itself is proved, false when it is only consistent with what is known.</summary>
    public bool IsProved { get; init; } = true;

    /// <summary>True when the scheduler was told that it waits for input or output.</summary>
    public bool IsIo { get; init; }

    /// <summary>The request to a disk that it waits for, or null.</summary>
    public IoWait? Io { get; init; }

    /// <summary>Seconds since the task last ran; null when it runs or the kernel does not tell.</summary>
    public double? Seconds { get; init; }

    /// <summary>The lock's address, or null.</summary>
    public VirtAddr? LockAddress => Lock?.Address;
}
