// HealthFacts: what rules look at beside the log and the stacks.
using VaQuest.Kernel.Health;

namespace VaQuest.Diagnosis.Reports;

/// <summary>The state of memory, clocks, tasks and code at the crash. A list is empty also when its facts cannot be read.</summary>
public sealed record HealthFacts
{
    public IReadOnlyList<MemoryZone> Zones { get; init; } = [];

    public IReadOnlyList<StolenTime> Stolen { get; init; } = [];

    /// <summary>Tasks in uninterruptible sleep, bounded.</summary>
    public IReadOnlyList<BlockedTask> Blocked { get; init; } = [];

    /// <summary>How many there are in all.</summary>
    public int BlockedCount { get; init; }

    /// <summary>Seconds after which this kernel calls a task hung.</summary>
    public int HungSeconds { get; init; } = 120;

    /// <summary>CPUs that did not schedule for longer than the kernel's soft lockup limit.</summary>
    public IReadOnlyList<StuckCpu> Stuck { get; init; } = [];

    /// <summary>Damaged list entries in objects that the panic stack's variables point to.</summary>
    public IReadOnlyList<BrokenListMember> BrokenLists { get; init; } = [];

    /// <summary>Code of the panic stack's functions that is not the file's.</summary>
    public IReadOnlyList<ChangedFunction> ChangedText { get; init; } = [];

    /// <summary>Registers of the crash that point into memory that is not online.</summary>
    public IReadOnlyList<OfflineUse> Offline { get; init; } = [];

    /// <summary>Debug files of modules that were there and refused, one sentence each.</summary>
    public IReadOnlyList<string> RefusedFiles { get; init; } = [];
}
