// CacheUsage: the memory of one slab cache.
namespace VaQuest.Kernel.Memory.Usage;

/// <summary>A slab cache.</summary>
/// <param name="Name">As in /proc/slabinfo.</param>
/// <param name="Bytes">Pages of its slabs.</param>
/// <param name="Objects">Objects that its slabs have room for; null when not counted.</param>
/// <param name="ObjectBytes">Size of an object with its alignment.</param>
public sealed record CacheUsage(string Name, ulong Bytes, ulong? Objects, ulong ObjectBytes);
