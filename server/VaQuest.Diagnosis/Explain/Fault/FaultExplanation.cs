// FaultExplanation: why the kernel crashed, as far as the dump tells.
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>An explanation. Immutable; all texts are escaped.</summary>
public sealed record FaultExplanation
{
    /// <summary>What is behind the crash, in kebab-case and finer than the kind: "null-member", "use-after-free", "double-free", …</summary>
    public required string Cause { get; init; }

    /// <summary>How sure the cause is.</summary>
    public required Certainty Certainty { get; init; }

    /// <summary>One to three sentences for the verdict.</summary>
    public required IReadOnlyList<string> Sentences { get; init; }

    /// <summary>What it rests on, strongest first.</summary>
    public IReadOnlyList<Conclusion> Conclusions { get; init; } = [];

    /// <summary>The instruction that crashed; null when there is none or its bytes are not in the dump.</summary>
    public FaultInstruction? Instruction { get; init; }

    /// <summary>The C expression whose evaluation crashed, or null.</summary>
    public string? Expression { get; init; }

    /// <summary>What the bad value's object is; null when there is none to name.</summary>
    public string? Object { get; init; }

    /// <summary>Where the bad value passed, the crash's own line first.</summary>
    public IReadOnlyList<ValueStep> Chain { get; init; } = [];

    /// <summary>The line to blame where it is not the culprit frame's own: a breakpoint's is the one before; else null.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>A kind that the evidence shows where the log's own words are less exact; null to keep the log's.</summary>
    public PanicKind? Kind { get; init; }
}
