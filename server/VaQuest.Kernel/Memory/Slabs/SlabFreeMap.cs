// SlabFreeMap: which objects of one slab are free, and how that is known.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>The free objects of a slab. Immutable.</summary>
public sealed class SlabFreeMap
{
    private readonly string?[] _proofs;
    private readonly bool[] _isWaiting;

    internal SlabFreeMap(VirtAddr slab, string?[] proofs, bool[] isWaiting, string? owner, IReadOnlyList<string> damage)
    {
        Slab = slab;
        _proofs = proofs;
        _isWaiting = isWaiting;
        Owner = owner;
        Damage = damage;
        FreeCount = proofs.Count(proof => proof is not null);
    }

    /// <summary>The slab's descriptor.</summary>
    public VirtAddr Slab { get; }

    /// <summary>"the slab that CPU 0 allocates from", or null.</summary>
    public string? Owner { get; }

    /// <summary>Objects known to be free.</summary>
    public int FreeCount { get; }

    /// <summary>What was wrong with the free lists, one sentence each.</summary>
    public IReadOnlyList<string> Damage { get; }

    /// <summary>How an object is known to be free; null when it is on no list.</summary>
    public string? ProofOf(int index) => _proofs[index];

    public SlabObjectState StateOf(int index) => _proofs[index] is not null
        ? _isWaiting[index] ? SlabObjectState.FreeAfterGracePeriod : SlabObjectState.Free
        : Damage.Count > 0 ? SlabObjectState.Unknown : SlabObjectState.Allocated;
}
