// SlabUsage: how many slabs and objects a cache has.
namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>Counts of a cache. Null where the kernel does not count (without CONFIG_SLUB_DEBUG) or a list could not be read.</summary>
/// <param name="Slabs">Slabs.</param>
/// <param name="Objects">Objects, free ones included.</param>
/// <param name="FreeObjects">
/// Free objects: on partial slabs of nodes and CPUs, on CPUs' own lists, in sheaves. Objects that were freed by another CPU into a full slab's list
/// while a CPU allocates from it are counted too.
/// </param>
/// <param name="Damage">What could not be followed, or null.</param>
public sealed record SlabUsage(long? Slabs, long? Objects, long? FreeObjects, string? Damage)
{
    public long? Allocated => Objects - FreeObjects;
}
