// LockState: a lock as its words say it.
using VaQuest.Binary;

namespace VaQuest.Kernel.Locks;

/// <summary>A decoded lock. What could not be read or makes no sense is told by <see cref="Damage"/>; the rest is as far as it was known.</summary>
public sealed record LockState
{
    public required LockKind Kind { get; init; }

    public required VirtAddr Address { get; init; }

    /// <summary>True when somebody holds it, false when it is free; null when that is not known or means nothing (wait queues).</summary>
    public bool? IsHeld { get; init; }

    /// <summary>Its words decoded, a few words: "locked, has waiters".</summary>
    public required string State { get; init; }

    /// <summary>The task_struct that the lock names as its owner, flag bits removed; null when it names none.</summary>
    public VirtAddr? Owner { get; init; }

    /// <summary>
    /// False when the owner is only a hint: of an rw_semaphore held by readers it is the last that took it, which may have let go since.
    /// </summary>
    public bool IsOwnerExact { get; init; } = true;

    /// <summary>Why there is no owner; null when there is one.</summary>
    public string? NoOwner { get; init; }

    /// <summary>How many readers hold it; null when it has none or that is not known.</summary>
    public long? Readers { get; init; }

    /// <summary>True when a writer holds it, of locks that know readers.</summary>
    public bool IsWriteHeld { get; init; }

    /// <summary>Who waits, first in the queue first.</summary>
    public IReadOnlyList<LockWaiter> Waiters { get; init; } = [];

    /// <summary>What could not be read or makes no sense, one sentence each.</summary>
    public IReadOnlyList<string> Damage { get; init; } = [];
}
