// ObjectHistory: an allocated or freed object with what the kernel recorded of its owners.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Checkers;

/// <summary>An object as its checker or allocator knows it.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Size">What was asked for, in bytes.</param>
/// <param name="Cache">Name of its slab cache.</param>
/// <param name="IsFree">Whether it is free; null when that is not known.</param>
/// <param name="Record">Where the owners are recorded: "KFENCE's metadata", "KASAN's records", "SLUB's user tracking"; null when nowhere.</param>
public sealed record ObjectHistory(VirtAddr Start, ulong Size, string Cache, bool? IsFree, string? Record)
{
    /// <summary>Who had it, the allocation first; empty when it is not recorded.</summary>
    public IReadOnlyList<OwnerTrack> Owners { get; init; } = [];
}
