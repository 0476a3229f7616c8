// SlabObjectState: whether an object of a slab is in use.
namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>States of an object.</summary>
public enum SlabObjectState
{
    /// <summary>Some free list could not be followed to its end, and the object was not seen before that.</summary>
    Unknown,

    /// <summary>On no free list.</summary>
    Allocated,

    /// <summary>On a free list.</summary>
    Free,

    /// <summary>Freed, but kept until RCU readers are done.</summary>
    FreeAfterGracePeriod,
}
