// KernelImagePlace: where a kernel image lies, as the page tables say.
using VaQuest.Binary;

namespace VaQuest.Kernel.Recovery;

/// <summary>The place of an x86_64 kernel image.</summary>
/// <param name="Root">Physical address of the top-level table that says so.</param>
/// <param name="Levels">Levels of the tables: 4 or 5.</param>
/// <param name="Start">Run-time virtual address of the image's first byte (_text).</param>
/// <param name="Physical">Physical address of that byte.</param>
/// <param name="EncryptionMask">Memory-encryption bit in table entries, or 0.</param>
internal sealed record KernelImagePlace(PhysAddr Root, int Levels, VirtAddr Start, PhysAddr Physical, ulong EncryptionMask)
{
    /// <summary>__START_KERNEL_map.</summary>
    public const ulong KernelMap = 0xffffffff80000000;

    /// <summary>CONFIG_PHYSICAL_START of every distribution and of the default configuration: where _text is linked.</summary>
    public const ulong DefaultTextOffset = 0x1000000;

    public long PhysBase => unchecked((long)(Physical.Value - (Start.Value - KernelMap)));

    /// <summary>How far the image was moved, when it was linked at the usual place.</summary>
    public ulong KaslrOffset => unchecked(Start.Value - KernelMap - DefaultTextOffset);
}
