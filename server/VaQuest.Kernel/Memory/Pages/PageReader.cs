// PageReader: what a page frame is used for.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Pages;

/// <summary>Reads struct page (include/linux/mm_types.h, page-flags.h). Members are probed. Safe for concurrent callers; never throws on data.</summary>
public sealed class PageReader
{
    /// <summary>MAX_ORDER has been 10 or 11 (MAX_PAGE_ORDER 10); free blocks are no larger, and some architectures configure 13.</summary>
    private const int MaxBuddyOrder = 13;

    /// <summary>Pages of the largest that exist, 16 GiB.</summary>
    private const ulong MaxTail = 1 << 22;

    private const ulong AnonymousBit = 1;

    private const ulong MovableBit = 2;

    private readonly LinuxKernel _kernel;
    private readonly Lazy<PageTypes> _types;
    private readonly Lazy<string?[]> _flagNames;
    private readonly Lazy<PerCpuFreePages> _perCpuFree;

    internal PageReader(LinuxKernel kernel)
    {
        _kernel = kernel;
        _types = new Lazy<PageTypes>(() => PageTypes.Read(kernel.Types, kernel.Dump.Vmcoreinfo));
        _flagNames = new Lazy<string?[]>(ReadFlagNames);
        _perCpuFree = new Lazy<PerCpuFreePages>(() => PerCpuFreePages.Read(kernel));
    }

    private KernelObjects Objects => _kernel.Objects;

    /// <summary>The page frame's state; null with the reason when it has no struct page or that is not in the dump.</summary>
    public KernelPage? Read(Pfn pfn, out string? reason)
    {
        if (_kernel.PageMap.FindPage(pfn, out reason) is not { } page)
        {
            return null;
        }

        if (_kernel.Slabs.Compounds.FindHead(page) is not { } head || Objects.FindUInt(head, "page", "flags.f", "flags") is not { } flags)
        {
            reason = FormattableString.Invariant($"its page structure at {page} is not in the dump");
            return null;
        }

        uint? typeWord = Objects.FindUInt(head, "page", "page_type", "_mapcount.counter", "_mapcount") is { } word ? (uint)(word & uint.MaxValue) : null;
        string? type = typeWord is { } known ? _types.Value.Find(known) : null;
        ulong? mapping = Objects.FindUInt(head, "page", "mapping") ?? Objects.FindUInt(head, "folio", "mapping");
        ulong tail = (page - head) / _kernel.PageMap.PageStructBytes;
        if (tail > MaxTail || tail > pfn.Value)
        {
            reason = FormattableString.Invariant($"its page structure at {page} names {head} as its head, which cannot be");
            return null;
        }

        bool isSlab = _kernel.Slabs.IsSlabPage(head, flags) == true;
        var result = new KernelPage
        {
            Pfn = pfn,
            Address = page,
            Head = head,
            HeadPfn = new Pfn(pfn.Value - tail),
            Kind = PageKind.Allocated,
            Order = _kernel.Slabs.Compounds.FindOrder(head, flags),
            Flags = flags,
            FlagNames = NamesOf(flags),
            References = Objects.FindInt(head, "page", "_refcount.counter", "_refcount", "_count.counter"),
            Mappings = type is null && !isSlab && typeWord is { } count ? unchecked((int)count) + 1L : null,
        };
        return Classify(result, type, isSlab, mapping ?? 0, tail);
    }

    /// <summary>The kernel's names of flags that are set.</summary>
    public IReadOnlyList<string> NamesOf(ulong flags)
    {
        var names = new List<string>();
        string?[] known = _flagNames.Value;
        for (int bit = 0; bit < known.Length; bit++)
        {
            if (((flags >> bit) & 1) != 0)
            {
                names.Add(known[bit] ?? FormattableString.Invariant($"bit {bit}"));
            }
        }

        return names;
    }

    private KernelPage Classify(KernelPage page, string? type, bool isSlab, ulong mapping, ulong tail)
    {
        if (isSlab)
        {
            return page with { Kind = PageKind.Slab };
        }

        PageKind? named = type switch
        {
            "buddy" => PageKind.Buddy,
            "offline" => PageKind.Offline,
            "table" => PageKind.PageTable,
            "guard" => PageKind.Guard,
            "hugetlb" => PageKind.Hugetlb,
            "large_kmalloc" => PageKind.LargeKmalloc,
            "zsmalloc" => PageKind.Zsmalloc,
            "unaccepted" => PageKind.Unaccepted,
            "kmemcg" => PageKind.AccountedKernel,
            _ => null,
        };
        if (named == PageKind.Buddy)
        {
            return page with { Kind = PageKind.Buddy, BuddyOrder = (int?)OrderOfBuddy(page.Address) };
        }

        if (named is { } kind)
        {
            return page with { Kind = kind };
        }

        if (page.References == 0 && !page.IsTail)
        {
            return ClassifyFree(page);
        }

        return IsReserved(page.FlagNames) ? page with { Kind = PageKind.Reserved } : ClassifyMapping(page, mapping, tail);
    }

    private KernelPage ClassifyMapping(KernelPage page, ulong mapping, ulong tail)
    {
        ulong? index = Objects.FindUInt(page.Head, "page", "index", "__folio_index") ?? Objects.FindUInt(page.Head, "folio", "index");
        VirtAddr? target = (mapping & ~3UL) == 0 ? null : new VirtAddr(mapping & ~3UL);
        if (target is null || _kernel.Layout.Find(target.Value) is null)
        {
            // The word belongs to someone else, such as a driver's private data.
            return page;
        }

        PageKind kind = (mapping & (AnonymousBit | MovableBit)) switch
        {
            AnonymousBit => PageKind.Anonymous,
            MovableBit => PageKind.Movable,
            AnonymousBit | MovableBit => PageKind.Ksm,
            _ => PageKind.File,
        };
        return page with { Kind = kind, Mapping = target, Index = index + tail };
    }

    // Only the first page of a free block is marked: the block that holds a page begins at an aligned frame before it.
    private KernelPage ClassifyFree(KernelPage page)
    {
        for (int order = 1; order <= MaxBuddyOrder; order++)
        {
            ulong first = page.Pfn.Value & ~((1UL << order) - 1);
            if (first != page.Pfn.Value && _kernel.PageMap.FindPage(new Pfn(first), out _) is { } head
                && Objects.FindUInt(head, "page", "page_type", "_mapcount.counter", "_mapcount") is { } word
                && _types.Value.Find((uint)(word & uint.MaxValue)) == "buddy" && OrderOfBuddy(head) is { } found && found >= (ulong)order)
            {
                return page with { Kind = PageKind.Buddy, BuddyOrder = (int)found, HeadPfn = new Pfn(first) };
            }
        }

        return page with { Kind = _perCpuFree.Value.Contains(page.Address) ? PageKind.PerCpuFree : PageKind.Unreferenced };
    }

    private ulong? OrderOfBuddy(VirtAddr page) =>
        Objects.FindUInt(page, "page", "private") is { } order and <= MaxBuddyOrder ? order : null;

    private static bool IsReserved(IReadOnlyList<string> flags) => flags.Contains("reserved");

    // Names that came first are the flags themselves; later ones of the same number are second meanings.
    private string?[] ReadFlagNames()
    {
        EnumType? flags = _kernel.Types.Catalog?.FindEnum("pageflags");
        long count = flags?.FindValue("__NR_PAGEFLAGS") ?? 0;
        string?[] names = new string?[Math.Clamp(count, 0, 64)];
        foreach (Enumerator flag in flags?.Enumerators ?? [])
        {
            if (flag.Value >= 0 && flag.Value < names.Length && flag.Name.StartsWith("PG_", StringComparison.Ordinal))
            {
                names[flag.Value] ??= flag.Name[3..];
            }
        }

        return names;
    }
}
