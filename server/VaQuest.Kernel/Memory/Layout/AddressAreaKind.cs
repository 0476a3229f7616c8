// AddressAreaKind: what ranges of the kernel's address space are for.
namespace VaQuest.Kernel.Memory.Layout;

/// <summary>Purposes of address ranges (Documentation/arch/x86/x86_64/mm.rst and its like).</summary>
public enum AddressAreaKind
{
    /// <summary>All physical memory, in order.</summary>
    DirectMap,

    /// <summary>vmalloc, ioremap, vmap and the stacks of tasks.</summary>
    Vmalloc,

    /// <summary>The array of struct page.</summary>
    Vmemmap,

    /// <summary>KASAN's shadow of the whole address space.</summary>
    KasanShadow,

    /// <summary>A task's local descriptor table, mapped for page table isolation.</summary>
    LdtRemap,

    /// <summary>Reserved for a hypervisor, or never mapped.</summary>
    GuardHole,

    /// <summary>Entry stacks, exception stacks and descriptor tables of each CPU.</summary>
    CpuEntryArea,

    /// <summary>Stacks for returns to 16-bit code.</summary>
    EspFix,

    /// <summary>The firmware's run-time services.</summary>
    Efi,

    /// <summary>The kernel image.</summary>
    KernelImage,

    /// <summary>Modules, BPF programs, trampolines.</summary>
    Modules,

    /// <summary>Addresses fixed when the kernel was built.</summary>
    Fixmap,

    /// <summary>The page of old system calls that every process sees.</summary>
    Vsyscall,
}
