// VmallocArea: a mapping in the vmalloc area.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Vmalloc;

/// <summary>An area (struct vmap_area and its vm_struct, include/linux/vmalloc.h).</summary>
public sealed record VmallocArea
{
    public required VirtAddr Start { get; init; }

    /// <summary>The first address behind it; a guard page is included.</summary>
    public required VirtAddr End { get; init; }

    /// <summary>"vmalloc", "ioremap", "vmap", "DMA memory", "vm_map_ram block".</summary>
    public required string Purpose { get; init; }

    /// <summary>Address of the vm_struct; null when the area has none.</summary>
    public VirtAddr? Structure { get; init; }

    public ulong Flags { get; init; }

    /// <summary>The function that asked for it.</summary>
    public VirtAddr? Caller { get; init; }

    /// <summary>What an ioremap maps.</summary>
    public PhysAddr? Physical { get; init; }

    public ulong? PageCount { get; init; }

    /// <summary>True when it was unmapped, and waits for the TLBs to be flushed.</summary>
    public bool IsUnmapped { get; init; }

    /// <summary>True when the last page is a guard without memory.</summary>
    public bool HasGuard { get; init; }
}
