// VmallocArea: a mapping in the vmalloc area.
using VaQuest.Binary;

namespace VaQuest.Kernel.Mm;

/// <summary>An area (struct vmap_area with its vm_struct); numbers in bytes.</summary>
/// <param name="Start">Its first address.</param>
/// <param name="Bytes">Its length, the guard page included.</param>
/// <param name="Descriptor">Its vm_struct; null for areas of vm_map_ram, which have none.</param>
/// <param name="Flags">What it is: vmalloc, ioremap, vmap, …; empty without a descriptor.</param>
/// <param name="Pages">Pages behind it, or null.</param>
/// <param name="Caller">The code that asked for it, or null.</param>
/// <param name="Physical">Of an ioremap: the physical address, or null.</param>
public sealed record VmallocArea(
    VirtAddr Start, ulong Bytes, VirtAddr? Descriptor, IReadOnlyList<string> Flags, ulong? Pages, VirtAddr? Caller, ulong? Physical);
