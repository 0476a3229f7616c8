// SystemFacts: what the crashed machine was, and when and where it crashed.
namespace VaQuest.Kernel.Facts;

/// <summary>Facts of the whole system. What could not be read is null.</summary>
public sealed record SystemFacts
{
    public string? Release { get; init; }

    /// <summary>utsname version: "#1 SMP PREEMPT_DYNAMIC Debian …".</summary>
    public string? Version { get; init; }

    public string? Machine { get; init; }

    public string? Hostname { get; init; }

    /// <summary>GNU build id of vmlinux in lower-case hex.</summary>
    public string? BuildId { get; init; }

    /// <summary>Where <see cref="BuildId"/> was found.</summary>
    public string? BuildIdOrigin { get; init; }

    public ulong? KaslrOffset { get; init; }

    public string? CommandLine { get; init; }

    /// <summary>Seconds from boot to the crash.</summary>
    public double? UptimeSeconds { get; init; }

    /// <summary>How <see cref="UptimeSeconds"/> is known.</summary>
    public string? UptimeOrigin { get; init; }

    public DateTimeOffset? CrashTimeUtc { get; init; }

    /// <summary>How <see cref="CrashTimeUtc"/> is known.</summary>
    public string? CrashTimeOrigin { get; init; }

    /// <summary>Load averages of 1, 5 and 15 minutes, or null.</summary>
    public IReadOnlyList<double>? LoadAverage { get; init; }

    /// <summary>Memory managed by the page allocator, in bytes.</summary>
    public ulong? MemoryBytes { get; init; }

    public ulong? TaintMask { get; init; }

    public IReadOnlyList<string> Taints => TaintMask is { } mask ? TaintNames.Names(mask) : [];

    /// <summary>CPUs that were online when the machine crashed.</summary>
    public int? OnlineCpus { get; init; }

    /// <summary>The CPU that crashed, or null when no CPU says so (a dump of a running machine).</summary>
    public int? PanicCpu { get; init; }

    /// <summary>How <see cref="PanicCpu"/> is known: crashing_cpu or panic_cpu.</summary>
    public string? PanicCpuOrigin { get; init; }
}
