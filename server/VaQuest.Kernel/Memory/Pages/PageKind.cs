// PageKind: what a page of memory is used for.
namespace VaQuest.Kernel.Memory.Pages;

/// <summary>Uses of a page, as its struct page tells.</summary>
public enum PageKind
{
    /// <summary>In use, by something that leaves no mark: the kernel itself, mostly.</summary>
    Allocated,

    /// <summary>In a buddy allocator's free list.</summary>
    Buddy,

    /// <summary>Free, kept by a CPU for itself.</summary>
    PerCpuFree,

    /// <summary>Without references and on no free list that was found.</summary>
    Unreferenced,

    Slab,

    PageTable,

    Guard,

    /// <summary>Given back to a hypervisor, or logically offline (PG_offline).</summary>
    Offline,

    Hugetlb,

    /// <summary>A large kmalloc() (told apart since 6.15).</summary>
    LargeKmalloc,

    Zsmalloc,

    Unaccepted,

    /// <summary>Anonymous memory of processes.</summary>
    Anonymous,

    /// <summary>Anonymous memory that the kernel merged.</summary>
    Ksm,

    /// <summary>A page of a file.</summary>
    File,

    /// <summary>Movable memory of a driver.</summary>
    Movable,

    /// <summary>Not managed by the page allocator: the kernel image, firmware, early allocations.</summary>
    Reserved,

    /// <summary>Accounted kernel memory (to 5.10).</summary>
    AccountedKernel,
}
