// PageLines: the use of a page in words.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.WhatIs.Objects;
using VaQuest.Kernel;
using VaQuest.Kernel.Memory.Pages;

namespace VaQuest.Diagnosis.WhatIs;

/// <summary>Describes pages. Safe for concurrent use; never throws on data.</summary>
internal sealed class PageLines(LinuxKernel kernel, ObjectLines objects)
{
    /// <summary>One line: "page 3 of the file /usr/bin/busybox", "free, in a block of 2^5 pages".</summary>
    public string Describe(KernelPage page)
    {
        string block = kernel.MemoryBlocks.Find(kernel.PageMap.PhysicalOf(page.Pfn)) is { IsOnline: false } offline
            ? FormattableString.Invariant($"in memory block {offline.Number}, which is {offline.State}; ") : "";
        string whole = page.Order is > 0 and { } order
            ? FormattableString.Invariant($", {(page.IsTail ? $"page {page.Pfn.Value - page.HeadPfn.Value}" : "the first")} of {1UL << order} allocated as one") : "";
        bool isUnused = block.Length > 0 && page.Kind == PageKind.Unreferenced;
        return block + (isUnused ? "not in use" : Use(page)) + whole;
    }

    /// <summary>Flags, counts and the memory block.</summary>
    public IReadOnlyList<string> Details(KernelPage page)
    {
        string mapped = page.Mappings is { } maps and > 0 ? ", mapped " + (maps == 1 ? "once" : Words.Count(maps, "time")) : "";
        string counts = page.References is { } references ? ", " + Words.Count(references, "reference") + mapped : "";
        string flags = page.FlagNames.Count == 0 ? "no flags" : "flags " + string.Join(", ", page.FlagNames);
        var details = new List<string> { $"struct page at {page.Address}: {flags}{counts}" };
        if (page.IsTail)
        {
            details.Add($"flags and counts are those of its head at {page.Head}");
        }

        if (DescribeBlock(kernel.PageMap.PhysicalOf(page.Pfn)) is { } block)
        {
            details.Add(block);
        }

        return details;
    }

    /// <summary>The memory block of a physical address and its state; null in kernels without memory blocks.</summary>
    public string? DescribeBlock(PhysAddr physical)
    {
        if (kernel.MemoryBlocks.Find(physical) is { } block)
        {
            return FormattableString.Invariant($"memory block {block.Number} ({block.State})");
        }

        return kernel.MemoryBlocks.All.Count > 0 ? "in no memory block: never there, or removed" : null;
    }

    private string Use(KernelPage page) => page.Kind switch
    {
        PageKind.Buddy => "free, in a block of " + (page.BuddyOrder is { } order ? Words.Count(1L << order, "page") : "pages"),
        PageKind.PerCpuFree => "free, kept by a CPU for itself",
        PageKind.Unreferenced => "without references: free or about to be",
        PageKind.Slab => "a slab",
        PageKind.PageTable => "a page table",
        PageKind.Guard => "a guard page",
        PageKind.Offline => "logically offline (a balloon driver or hypervisor has it)",
        PageKind.Hugetlb => "a hugetlb page",
        PageKind.LargeKmalloc => "a large kmalloc() allocation",
        PageKind.Zsmalloc => "compressed memory (zsmalloc)",
        PageKind.Unaccepted => "not accepted from the hypervisor yet",
        PageKind.Anonymous => page.FlagNames.Contains("swapcache") ? "anonymous memory, in the swap cache too" : "anonymous memory of a process",
        PageKind.Ksm => "anonymous memory, merged with equal pages (KSM)",
        PageKind.File => FilePage(page),
        PageKind.Movable => "movable memory of a driver",
        PageKind.Reserved => "reserved: not managed by the page allocator",
        PageKind.AccountedKernel => "kernel memory, accounted to a memory cgroup",
        _ => "allocated; its struct page does not tell for what",
    };

    private string FilePage(KernelPage page)
    {
        VirtAddr? inode = page.Mapping is { } mapping ? kernel.Objects.FindPointer(mapping, "address_space", "host") : null;
        string index = page.Index is { } number ? FormattableString.Invariant($"page {number}") : "a page";
        if (inode is not { } host)
        {
            return $"{index} of the address_space at {page.Mapping}, which belongs to no file (swap, or it is not in the dump)";
        }

        return objects.FindPathOfInode(host) is { } path ? $"{index} of the file {path}" : $"{index} of the inode at {host}, which has no cached name";
    }
}
