// CrashMaterial: what a report is made of, gathered from the dump.
using VaQuest.Diagnosis.Findings;
using VaQuest.Kernel;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Memory.Hotplug;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Reports;

/// <summary>The dump's facts before anything is concluded from them.</summary>
public sealed record CrashMaterial
{
    public required DumpFacts Dump { get; init; }

    public required KernelFacts Kernel { get; init; }

    public required SystemFacts System { get; init; }

    /// <summary>The kernel log, oldest first.</summary>
    public required IReadOnlyList<LogRecord> Log { get; init; }

    /// <summary>The panic stack first.</summary>
    public required IReadOnlyList<StackTrace> Stacks { get; init; }

    public required IReadOnlyList<KernelModule> Modules { get; init; }

    /// <summary>What the rules of findings look at beside log and stacks.</summary>
    public HealthFacts Health { get; init; } = new();

    /// <summary>The user's known issues.</summary>
    public IReadOnlyList<KnownIssue> KnownIssues { get; init; } = [];

    /// <summary>Memory blocks that are not online.</summary>
    public IReadOnlyList<MemoryBlock> MemoryBlocks { get; init; } = [];

    public IReadOnlyList<CoverageEntry> Coverage { get; init; } = [];

    /// <summary>Explains hangs and memory that ran out, from more than the log and the stacks; null when there is no dump to ask.</summary>
    internal Func<Explain.PanicRecord, CrashMaterial, Explain.HangVerdict?>? Hang { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];
}
