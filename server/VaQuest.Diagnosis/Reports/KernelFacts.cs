// KernelFacts: which kernel crashed, and which debug files describe it.
namespace VaQuest.Diagnosis.Reports;

/// <summary>The crashed kernel.</summary>
public sealed record KernelFacts
{
    public required Known<string> Release { get; init; }

    public required Known<string> Version { get; init; }

    public required Known<string> BuildId { get; init; }

    /// <summary>Run-time minus link-time address, in bytes.</summary>
    public required Known<ulong> KaslrOffset { get; init; }

    /// <summary>Names as in the kernel's taint_flags; empty when not tainted.</summary>
    public required Known<IReadOnlyList<string>> Taints { get; init; }

    public required IReadOnlyList<DebugFileUse> DebugInfo { get; init; }

    public required Known<string> CommandLine { get; init; }
}
