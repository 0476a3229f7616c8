// I386PagingConfig: what the i386 address translation must know about one crashed kernel.
using VaQuest.Binary;

namespace VaQuest.Kernel.Arch.I386;

/// <summary>Facts behind i386 translation (arch/x86/include/asm/page_32_types.h, pgtable-2level.h, pgtable-3level.h).</summary>
public sealed record I386PagingConfig
{
    /// <summary>Where the kernel's half begins (PAGE_OFFSET): the linear mapping of memory from physical 0 on.</summary>
    public ulong PageOffset { get; init; } = 0xc0000000;

    /// <summary>True with PAE, false without; null when the tables themselves must tell.</summary>
    public bool? HasExtension { get; init; }

    /// <summary>Physical address of the top-level table, or null when it is not known yet.</summary>
    public PhysAddr? Root { get; init; }
}
