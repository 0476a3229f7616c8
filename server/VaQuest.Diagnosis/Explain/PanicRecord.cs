// PanicRecord: what the kernel's own log says of the crash.
using VaQuest.Binary;
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Explain;

/// <summary>The crash as the log tells it. Members that the log does not tell are null.</summary>
internal sealed record PanicRecord
{
    public required PanicKind Kind { get; init; }

    /// <summary>The line that names the trouble, as printed; null when the log holds none.</summary>
    public string? Message { get; init; }

    /// <summary>The "Kernel panic" line when it came after another message, else null.</summary>
    public string? PanicLine { get; init; }

    /// <summary>Line number of the message in the log.</summary>
    public int Index { get; init; } = -1;

    public int? Cpu { get; init; }

    public int? Pid { get; init; }

    public string? Comm { get; init; }

    public VirtAddr? FaultAddress { get; init; }

    /// <summary>"read", "write", "instruction fetch", or null.</summary>
    public string? Access { get; init; }

    /// <summary>Why the access failed, in the kernel's words: "not-present page", "permissions violation", …</summary>
    public string? AccessFailure { get; init; }

    /// <summary>True when the log shows that the kernel went on after this oops, so that the dump was taken later.</summary>
    public bool WentOn { get; init; }

    public IReadOnlyList<string> EvidenceLines { get; init; } = [];

    /// <summary>Line numbers of the reports (oopses, warnings, lockups) before the message, oldest first.</summary>
    public IReadOnlyList<LogEvent> Earlier { get; init; } = [];
}
