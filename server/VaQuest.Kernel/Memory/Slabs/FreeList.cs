// FreeList: the free objects that one list links, as far as it could be followed.
namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>A walked free list.</summary>
/// <param name="Indexes">Slots of its objects, in order.</param>
/// <param name="Damage">Where and why the walk stopped early, one sentence; null when the list is whole.</param>
public sealed record FreeList(IReadOnlyList<int> Indexes, string? Damage);
