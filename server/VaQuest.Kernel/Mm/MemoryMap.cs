// MemoryMap: the mappings of a process.
using VaQuest.Binary;

namespace VaQuest.Kernel.Mm;

/// <summary>Mappings, as far as they could be reached.</summary>
/// <param name="Space">Address of the mm_struct, which threads share; null when there is none.</param>
/// <param name="Areas">By address.</param>
/// <param name="Problem">Why there are none or not all; null when the map is whole.</param>
public sealed record MemoryMap(VirtAddr? Space, IReadOnlyList<MemoryArea> Areas, string? Problem);
