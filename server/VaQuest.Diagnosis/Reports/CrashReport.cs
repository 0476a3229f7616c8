// CrashReport: everything that is said of one crash, as plain immutable data.
using VaQuest.Kernel;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Memory.Hotplug;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Reports;

/// <summary>The crash report. Text and JSON are two renderings of it.</summary>
public sealed record CrashReport
{
    public required DumpFacts Dump { get; init; }

    public required KernelFacts Kernel { get; init; }

    public required SystemFacts System { get; init; }

    public required PanicFacts Panic { get; init; }

    /// <summary>The panic stack first, then the tasks that the other CPUs were executing.</summary>
    public required IReadOnlyList<StackTrace> Stacks { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }

    public required IReadOnlyList<CoverageEntry> Coverage { get; init; }

    /// <summary>Equal for equal crashes, whatever the load address, build or pid.</summary>
    public required string Signature { get; init; }

    /// <summary>Modules that were loaded, in the kernel's order.</summary>
    public IReadOnlyList<KernelModule> Modules { get; init; } = [];

    /// <summary>Memory blocks that are not online, by physical address; empty on most machines.</summary>
    public IReadOnlyList<MemoryBlock> MemoryBlocks { get; init; } = [];

    /// <summary>The kernel log around the crash's message, or its end when it holds none.</summary>
    public IReadOnlyList<LogRecord> LogExcerpt { get; init; } = [];

    /// <summary>What the reader is to know before trusting the rest: one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
