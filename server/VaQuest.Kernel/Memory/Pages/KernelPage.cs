// KernelPage: the state of one page frame.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Pages;

/// <summary>A struct page, and its folio's where the page is a part of one. Members that could not be read are null.</summary>
public sealed record KernelPage
{
    public required Pfn Pfn { get; init; }

    /// <summary>Address of its struct page.</summary>
    public required VirtAddr Address { get; init; }

    public required PageKind Kind { get; init; }

    /// <summary>Address of the head's struct page: its own when it is no tail.</summary>
    public required VirtAddr Head { get; init; }

    public required Pfn HeadPfn { get; init; }

    /// <summary>Base-2 logarithm of the number of pages that were allocated as one; null when it cannot be read.</summary>
    public int? Order { get; init; }

    /// <summary>Order of the free block that holds a <see cref="PageKind.Buddy"/> page, which begins at <see cref="HeadPfn"/>.</summary>
    public int? BuddyOrder { get; init; }

    /// <summary>The head's flags word.</summary>
    public required ulong Flags { get; init; }

    /// <summary>Names of the flags that are set, as the kernel prints them: locked, uptodate, lru.</summary>
    public required IReadOnlyList<string> FlagNames { get; init; }

    public long? References { get; init; }

    /// <summary>How often processes map the page; null when the word holds a type instead.</summary>
    public long? Mappings { get; init; }

    /// <summary>The address_space of a file's page, the anon_vma of an anonymous one, without the mark bits; null when there is none.</summary>
    public VirtAddr? Mapping { get; init; }

    /// <summary>Position in the file or the anonymous area, in pages.</summary>
    public ulong? Index { get; init; }

    public bool IsTail => Head != Address;
}
