// SemaphoreSet: a set of System V semaphores.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Ipc;

/// <summary>A struct sem_array (ipc/sem.c).</summary>
public sealed record SemaphoreSet : IpcObject
{
    /// <summary>Semaphores in the set.</summary>
    public required MemberValue Count { get; init; }

    /// <summary>Their values, as far as they are read; null when they could not be.</summary>
    public IReadOnlyList<long>? Values { get; init; }

    /// <summary>Operations that wait; null when they could not be counted.</summary>
    public int? Waiting { get; init; }
}
