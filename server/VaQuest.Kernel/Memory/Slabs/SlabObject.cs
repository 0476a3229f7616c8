// SlabObject: the object of a slab that holds an address.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>An object.</summary>
public sealed record SlabObject
{
    public required SlabCache Cache { get; init; }

    public required Slab Slab { get; init; }

    /// <summary>Its slot in the slab.</summary>
    public required int Index { get; init; }

    /// <summary>Its first byte, as its users know it.</summary>
    public required VirtAddr Start { get; init; }

    /// <summary>From the object's start to the address that was asked for; negative in the left red zone.</summary>
    public required long Offset { get; init; }

    public required SlabObjectPart Part { get; init; }

    public required SlabObjectState State { get; init; }

    /// <summary>How the state is known, in words: "on the free list of CPU 1", "on no free list", or why it is not known.</summary>
    public required string Proof { get; init; }

    /// <summary>Damage of the slab's free lists, one sentence each.</summary>
    public IReadOnlyList<string> Damage { get; init; } = [];
}
