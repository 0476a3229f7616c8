// PanicFacts: what happened, where, and how that is known.
using VaQuest.Binary;
using VaQuest.Diagnosis.Explain.Fault;
using VaQuest.Diagnosis.Explain.Waits;

namespace VaQuest.Diagnosis.Reports;

/// <summary>The crash itself.</summary>
public sealed record PanicFacts
{
    /// <summary>As the kernel printed it.</summary>
    public required Known<string> Message { get; init; }

    public required PanicKind Kind { get; init; }

    public required Known<int> Cpu { get; init; }

    public required Known<int> Pid { get; init; }

    public required Known<string> Comm { get; init; }

    /// <summary>Address of the task_struct.</summary>
    public required Known<VirtAddr> Task { get; init; }

    /// <summary>The culprit frame's instruction.</summary>
    public required Known<VirtAddr> Pc { get; init; }

    /// <summary>The address whose access failed.</summary>
    public required Known<VirtAddr> FaultAddress { get; init; }

    public required Known<string> Function { get; init; }

    public required Known<string> File { get; init; }

    public required Known<int> Line { get; init; }

    /// <summary>Index in the panic stack of the frame that <see cref="Function"/> names, or null.</summary>
    public int? CulpritIndex { get; init; }

    public string? Module { get; init; }

    /// <summary>Sentences; only what is certain.</summary>
    public required IReadOnlyList<string> Explanation { get; init; }

    /// <summary>Why it crashed, from the faulting instruction and the values; null when the log and the stack are all there is.</summary>
    public FaultExplanation? Fault { get; init; }

    /// <summary>Circles of waiting tasks that the kernel's own structures prove; empty when the waits of this crash were not looked at.</summary>
    public IReadOnlyList<Deadlock> Deadlocks { get; init; } = [];

    public required IReadOnlyList<Evidence> Evidence { get; init; }
}
