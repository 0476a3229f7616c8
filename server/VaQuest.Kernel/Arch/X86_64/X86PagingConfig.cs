// X86PagingConfig: what the x86_64 address translation must know about one crashed kernel.
using VaQuest.Binary;
using VaQuest.Dumps;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>Facts behind x86_64 translation (arch/x86/mm, arch/x86/include/asm/pgtable_64_types.h; Intel SDM volume 3, 4.5).</summary>
public sealed record X86PagingConfig
{
    /// <summary>Signed distance added to the kernel image's offsets, in bytes (phys_base); 0 is a legal value.</summary>
    public required long PhysBase { get; init; }

    /// <summary>Run-time virtual address of the top-level table (init_top_pgt), inside the kernel image; null when unknown.</summary>
    public VirtAddr? TopTable { get; init; }

    /// <summary>Physical address of a top-level table that maps the kernel, used when <see cref="TopTable"/> is not known.</summary>
    public PhysAddr? Root { get; init; }

    /// <summary>True for 5-level paging (LA57, pgtable_l5_enabled).</summary>
    public bool HasFiveLevels { get; init; }

    /// <summary>Memory-encryption bits inside table entries that are no part of the address (sme_me_mask), or 0.</summary>
    public ulong EncryptionMask { get; init; }

    /// <summary>For paravirtualised Xen guests, whose table entries hold machine addresses: the way to the guest's own; else null.</summary>
    public IMachineFrames? MachineFrames { get; init; }

    /// <summary>Bytes of virtual address space that the kernel image may occupy: 512 MiB, or 1 GiB with KASLR.</summary>
    public ulong KernelImageBytes { get; init; } = 512UL << 20;
}
