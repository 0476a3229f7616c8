// SystemFacts: the machine at the time of the crash.
namespace VaQuest.Diagnosis.Reports;

/// <summary>The machine.</summary>
public sealed record SystemFacts
{
    /// <summary>CPUs online.</summary>
    public required Known<int> Cpus { get; init; }

    /// <summary>Threads, idle tasks not counted.</summary>
    public required Known<int> Tasks { get; init; }

    public required Known<double> UptimeSeconds { get; init; }

    public required Known<DateTimeOffset> CrashTimeUtc { get; init; }

    public required Known<string> Hostname { get; init; }

    public required Known<ulong> MemoryBytes { get; init; }

    /// <summary>Over 1, 5 and 15 minutes.</summary>
    public required Known<IReadOnlyList<double>> LoadAverage { get; init; }
}
