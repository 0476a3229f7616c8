// MemorySummaryReader: /proc/meminfo computed from the dump.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Mm;

/// <summary>
/// The lines of fs/proc/meminfo.c with the same arithmetic. Left out are VmallocTotal (a constant of the architecture), and lines that have been
/// constant zero for years (NFS_Unstable, VmallocChunk).
/// </summary>
public sealed class MemorySummaryReader
{
    /// <summary>Block devices in one machine; each has an inode.</summary>
    private const int MaxBlockDevices = 65536;

    /// <summary>HUGE_MAX_HSTATE: two on x86, a handful elsewhere.</summary>
    private const int MaxHugePageSizes = 16;

    private readonly LinuxKernel _kernel;
    private readonly KernelObjects _objects;
    private readonly IReadOnlyList<MemoryNode> _nodes;
    private readonly VmCounters _zones;
    private readonly VmCounters _node;
    private readonly ulong _pageSize;
    private readonly List<MemorySummary> _lines = [];

    private MemorySummaryReader(LinuxKernel kernel, IReadOnlyList<MemoryNode> nodes)
    {
        _kernel = kernel;
        _objects = kernel.Objects;
        _nodes = nodes;
        _pageSize = (ulong)kernel.Dump.PageSize;
        (_zones, _node) = new MemoryNodes(kernel).ReadTotals(nodes);
    }

    /// <summary>The lines, in the order of /proc/meminfo.</summary>
    public static IReadOnlyList<MemorySummary> Read(LinuxKernel kernel, IReadOnlyList<MemoryNode> nodes)
    {
        var reader = new MemorySummaryReader(kernel, nodes);
        reader.AddMemory();
        reader.AddLists();
        reader.AddUses();
        reader.AddCommitments();
        reader.AddHugePages();
        reader.AddDirectMap();
        return reader._lines;
    }

    private void AddMemory()
    {
        long? total = Variable("_totalram_pages", "totalram_pages");
        long? buffers = ReadBuffers(out string? noBuffers);
        long? swapCached = _node.Find("NR_SWAPCACHE") is not null ? _node.Shared("NR_SWAPCACHE") : ReadSwapSpaces();
        Pages("MemTotal", total, "_totalram_pages cannot be read");
        Counter("MemFree", "NR_FREE_PAGES");
        Pages("MemAvailable", ReadAvailable(), "not all of what it is computed from could be read");
        Pages("Buffers", buffers, noBuffers ?? "not known");
        long? cached = unchecked(_node.Shared("NR_FILE_PAGES") - swapCached - buffers);
        Pages("Cached", cached is { } pages ? Math.Max(0, pages) : null, "it is NR_FILE_PAGES less SwapCached and Buffers, which are not all known");
        Pages("SwapCached", swapCached, "the swap cache's count cannot be read");
    }

    private void AddLists()
    {
        Sum("Active", "NR_ACTIVE_ANON", "NR_ACTIVE_FILE");
        Sum("Inactive", "NR_INACTIVE_ANON", "NR_INACTIVE_FILE");
        Counter("Active(anon)", "NR_ACTIVE_ANON");
        Counter("Inactive(anon)", "NR_INACTIVE_ANON");
        Counter("Active(file)", "NR_ACTIVE_FILE");
        Counter("Inactive(file)", "NR_INACTIVE_FILE");
        Counter("Unevictable", "NR_UNEVICTABLE");
        Counter("Mlocked", "NR_MLOCK");
        Pages("SwapTotal", Variable("total_swap_pages"), "total_swap_pages is not a symbol of this kernel: it has no swap");
        Pages("SwapFree", Variable("nr_swap_pages"), "nr_swap_pages is not a symbol of this kernel: it has no swap");
    }

    private void AddUses()
    {
        Counter("Dirty", "NR_FILE_DIRTY");
        Counter("Writeback", "NR_WRITEBACK");
        Counter("AnonPages", "NR_ANON_MAPPED");
        Counter("Mapped", "NR_FILE_MAPPED");
        Counter("Shmem", "NR_SHMEM");
        Sum("KReclaimable", SlabReclaimable, "NR_KERNEL_MISC_RECLAIMABLE");
        Sum("Slab", SlabReclaimable, SlabUnreclaimable);
        Counter("SReclaimable", SlabReclaimable);
        Counter("SUnreclaim", SlabUnreclaimable);
        Bytes("KernelStack", Find("NR_KERNEL_STACK_KB"), 1024, "NR_KERNEL_STACK_KB");
        Counter("PageTables", "NR_PAGETABLE");
        if (Find("NR_SECONDARY_PAGETABLE") is not null)
        {
            Counter("SecPageTables", "NR_SECONDARY_PAGETABLE");
        }

        Counter("Bounce", "NR_BOUNCE");
        Counter("WritebackTmp", "NR_WRITEBACK_TEMP");
    }

    /// <summary>Both count pages since 5.9, whatever their names say.</summary>
    private string SlabReclaimable => Find("NR_SLAB_RECLAIMABLE_B") is null ? "NR_SLAB_RECLAIMABLE" : "NR_SLAB_RECLAIMABLE_B";

    private string SlabUnreclaimable => Find("NR_SLAB_UNRECLAIMABLE_B") is null ? "NR_SLAB_UNRECLAIMABLE" : "NR_SLAB_UNRECLAIMABLE_B";

    private void AddCommitments()
    {
        long? huge = ReadHugePages() is { } sizes ? sizes.Aggregate((long?)0, (sum, size) => unchecked(sum + (size.Total * size.Pages))) : null;
        long? limit = Int32("sysctl_overcommit_kbytes") is { } fixedLimit and not 0
            ? fixedLimit * 1024 / (long)_pageSize
            : unchecked((Variable("_totalram_pages", "totalram_pages") - (huge ?? 0)) * Int32("sysctl_overcommit_ratio") / 100);
        Pages("CommitLimit", unchecked(limit + (Variable("total_swap_pages") ?? 0)), "what it is computed from cannot be read");
        Pages("Committed_AS", ReadPerCpuCounter("vm_committed_as"), "vm_committed_as cannot be read");
        // A variable of its own until 6.19.
        if (Find("NR_VMALLOC") is not null)
        {
            Counter("VmallocUsed", "NR_VMALLOC");
        }
        else
        {
            Pages("VmallocUsed", Variable("nr_vmalloc_pages"), "nr_vmalloc_pages is not known here");
        }

        Pages("Percpu", unchecked(Variable("pcpu_nr_populated") * Int32("pcpu_nr_units")), "pcpu_nr_populated is not known here");
        if (Variable("num_poisoned_pages") is { } poisoned)
        {
            Pages("HardwareCorrupted", poisoned, "");
        }

        // Pages since 5.12, huge pages before; NR_SWAPCACHE came with the same release (mm/memcontrol.c).
        ulong unit = _pageSize * (_node.Find("NR_SWAPCACHE") is null ? 512UL : 1);
        Bytes("AnonHugePages", Find("NR_ANON_THPS"), unit, "NR_ANON_THPS");
        Bytes("ShmemHugePages", Find("NR_SHMEM_THPS"), unit, "NR_SHMEM_THPS");
        Bytes("ShmemPmdMapped", Find("NR_SHMEM_PMDMAPPED"), unit, "NR_SHMEM_PMDMAPPED");
        Bytes("FileHugePages", Find("NR_FILE_THPS"), unit, "NR_FILE_THPS");
        Bytes("FilePmdMapped", Find("NR_FILE_PMDMAPPED"), unit, "NR_FILE_PMDMAPPED");
        if (Find("NR_FREE_CMA_PAGES") is not null && Variable("totalcma_pages") is { } contiguous)
        {
            Pages("CmaTotal", contiguous, "");
            Counter("CmaFree", "NR_FREE_CMA_PAGES");
        }
    }

    private void AddHugePages()
    {
        if (ReadHugePages() is not { Count: > 0 } sizes)
        {
            return;
        }

        int chosen = (int)Math.Clamp(Int32("default_hstate_idx") ?? 0, 0, sizes.Count - 1);
        HugePages size = sizes[chosen];
        Count("HugePages_Total", size.Total);
        Count("HugePages_Free", size.Free);
        Count("HugePages_Rsvd", size.Reserved);
        Count("HugePages_Surp", size.Surplus);
        Pages("Hugepagesize", size.Pages, "");
        Pages("Hugetlb", sizes.Aggregate((long?)0, (sum, each) => unchecked(sum + (each.Total * each.Pages))), "not all pools could be read");
    }

    private void AddDirectMap()
    {
        if (_kernel.Symbols.FindAddress("direct_pages_count") is not { } counts)
        {
            return;
        }

        foreach ((string name, ulong level, ulong bytes) in new[] { ("DirectMap4k", 1UL, 4096UL), ("DirectMap2M", 2UL, 2UL << 20), ("DirectMap1G", 3UL, 1UL << 30) })
        {
            bool isRead = _objects.Reader.TryReadWord(counts + (level * (ulong)_objects.Reader.WordSize), out ulong count);
            _lines.Add(new MemorySummary(name, isRead ? unchecked(count * bytes) : null, null, isRead ? null : "not in the dump"));
        }
    }

    /// <summary>si_mem_available: free pages above the reserve, and what of the page cache and of slabs can be had without harm.</summary>
    private long? ReadAvailable()
    {
        long? lowMark = _nodes.SelectMany(node => node.Zones).Where(MemoryNodes.IsPopulated).Aggregate((long?)0, (sum, zone) => unchecked(sum + (long?)zone.Low));
        long? cache = unchecked(_node.Shared("NR_ACTIVE_FILE") + _node.Shared("NR_INACTIVE_FILE"));
        long? reclaimable = unchecked(_node.Shared(SlabReclaimable) + _node.Shared("NR_KERNEL_MISC_RECLAIMABLE"));
        if (lowMark is not { } low || cache is not { } files || reclaimable is not { } slabs
            || unchecked(_zones.Shared("NR_FREE_PAGES") - Variable("totalreserve_pages")) is not { } available)
        {
            return null;
        }

        return unchecked(Math.Max(0, available + files - Math.Min(files / 2, low) + slabs - Math.Min(slabs / 2, low)));
    }

    /// <summary>The pages of block devices' own inodes: nr_blockdev_pages.</summary>
    private long? ReadBuffers(out string? missing)
    {
        missing = null;
        if (_kernel.Symbols.FindAddress("blockdev_superblock") is not { } at || _objects.Reader.FindPointer(at) is not { } super
            || _objects.Types.FindOffset("super_block", "s_inodes") is not { } head || _objects.Types.FindOffset("inode", "i_sb_list") is not { } link)
        {
            missing = "blockdev_superblock cannot be read";
            return null;
        }

        long sum = 0;
        foreach (VirtAddr inode in _objects.ReadList(super + head, link, MaxBlockDevices, out string? damage))
        {
            missing ??= damage;
            if (_objects.FindPointer(inode, "inode", "i_mapping") is not { } mapping || _objects.FindUInt(mapping, "address_space", "nrpages") is not { } pages)
            {
                missing ??= FormattableString.Invariant($"the inode at {inode} cannot be read");
                return null;
            }

            sum = unchecked(sum + (long)pages);
        }

        return missing is null ? sum : null;
    }

    /// <summary>Before 5.12 the swap cache was counted by its address spaces alone; without a swap area there are none.</summary>
    private long? ReadSwapSpaces() => Variable("total_swap_pages") is 0 or null ? 0 : null;

    /// <summary>The pools of huge pages by size; null when this kernel has none.</summary>
    private List<HugePages>? ReadHugePages()
    {
        if (_kernel.Symbols.FindAddress("hstates") is not { } first || _objects.Types.FindSize("hstate") is not ({ } size and > 0))
        {
            return null;
        }

        var pools = new List<HugePages>();
        long count = Math.Clamp(Int32("hugetlb_max_hstate") ?? 0, 0, MaxHugePageSizes);
        for (long i = 0; i < count; i++)
        {
            var pool = new ObjectView(_objects, first + (ulong)(i * size), "hstate");
            if (pool.UInt("order") is { } order and < 32)
            {
                pools.Add(new HugePages(
                    1L << (int)order, (long?)pool.UInt("nr_huge_pages"), (long?)pool.UInt("free_huge_pages"), (long?)pool.UInt("resv_huge_pages"),
                    (long?)pool.UInt("surplus_huge_pages")));
            }
        }

        return pools;
    }

    private long? ReadPerCpuCounter(string symbol)
    {
        if (_kernel.Symbols.FindAddress(symbol) is not { } at || _objects.FindInt(at, "percpu_counter", "count") is not { } sum)
        {
            return null;
        }

        VirtAddr? parts = _objects.FindPointer(at, "percpu_counter", "counters");
        foreach (int cpu in _kernel.Cpus.Possible)
        {
            if (_kernel.Cpus.FindPerCpu(parts, cpu) is not { } part || !_objects.Reader.TryReadInt32(part, out int value))
            {
                return null;
            }

            sum = unchecked(sum + value);
        }

        return Math.Max(0, sum);
    }

    private long? Variable(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (_kernel.Symbols.FindAddress(name) is { } at && _objects.Reader.TryReadWord(at, out ulong word))
            {
                return unchecked((long)word);
            }
        }

        return null;
    }

    private long? Int32(string name) => _kernel.Symbols.FindAddress(name) is { } at && _objects.Reader.TryReadInt32(at, out int value) ? value : null;

    /// <summary>A counter wherever this kernel has it: some moved from zones to nodes (NR_PAGETABLE in 5.11).</summary>
    private VmCounter? Find(string name) => _node.Find(name) ?? _zones.Find(name);

    private void Counter(string line, string name) => Bytes(line, Find(name), _pageSize, name);

    private void Bytes(string line, VmCounter? counter, ulong unit, string name)
    {
        string? why = counter is null ? _node.Missing ?? _zones.Missing ?? $"this kernel has no counter {name}" : counter.Shared is null ? $"{name} is not in the dump" : null;
        _lines.Add(new MemorySummary(line, Scale(counter?.Shared, unit), null, why));
    }

    private void Sum(string line, string first, string second)
    {
        VmCounter? sum = Find(first) is { } one && Find(second) is { } two
            ? new VmCounter(line, unchecked(Math.Max(0, one.Shared ?? 0) + Math.Max(0, two.Shared ?? 0)), one.PerCpu + two.PerCpu)
            : null;
        Bytes(line, Find(first)?.Shared is null || Find(second)?.Shared is null ? null : sum, _pageSize, $"{first} or {second}");
    }

    private void Pages(string line, long? pages, string why) =>
        _lines.Add(new MemorySummary(line, Scale(pages, _pageSize), null, pages is null ? why : null));

    private void Count(string line, long? count) =>
        _lines.Add(new MemorySummary(line, null, (ulong?)count, count is null ? "not in the dump" : null));

    private static ulong? Scale(long? count, ulong unit) => count is { } value ? unchecked((ulong)Math.Max(0, value) * unit) : null;

    private sealed record HugePages(long Pages, long? Total, long? Free, long? Reserved, long? Surplus);
}
