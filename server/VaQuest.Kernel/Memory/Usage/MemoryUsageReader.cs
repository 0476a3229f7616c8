// MemoryUsageReader: adds up the kernel's own counters of memory.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Usage;

/// <summary>
/// vm_zone_stat and vm_node_stat (mm/vmstat.c), the zones of each node, slab_caches (SLUB with its debug counters), nr_vmalloc_pages, pcpu_nr_populated,
/// hstates. The per-CPU differences that the global counters lag behind by are left out: they are below a percent.
/// </summary>
public sealed class MemoryUsageReader(LinuxKernel kernel)
{
    /// <summary>MAX_NUMNODES is at most 1024 (NODES_SHIFT 10).</summary>
    private const int MaxNodes = 1024;

    /// <summary>MAX_NR_ZONES: DMA, DMA32, Normal, HighMem, Movable, Device.</summary>
    private const int MaxZones = 8;

    /// <summary>Caches of a machine: some two hundred, thousands with one per memory cgroup.</summary>
    private const int MaxCaches = 65536;

    private readonly ulong _page = (ulong)Math.Max(4096, kernel.Dump.PageSize);
    private readonly List<string> _problems = [];

    /// <summary>Reads the usage; null with the reason when not even the zones are known.</summary>
    public MemoryUsage? Read(out string? missing)
    {
        missing = null;
        (List<ZoneUsage> zones, ulong pcp) = ReadZones();
        ulong total = (ulong)zones.Sum(zone => (long)zone.Managed);
        if (total == 0)
        {
            missing = kernel.Types.Catalog is null ? "the layout of the kernel's zones is not known" : "the kernel's zones are not in the dump";
            return null;
        }

        ulong? shared = Node("NR_SHMEM");
        ulong? file = Node("NR_FILE_PAGES");
        var usage = new MemoryUsage
        {
            Total = total,
            Free = Zone("NR_FREE_PAGES"),
            PerCpuLists = pcp,
            Anonymous = Node("NR_ANON_MAPPED"),
            Cache = file is { } all ? all - Math.Min(all, shared ?? 0) : null,
            Shared = shared,
            SlabReclaimable = Node("NR_SLAB_RECLAIMABLE_B") ?? Node("NR_SLAB_RECLAIMABLE") ?? Zone("NR_SLAB_RECLAIMABLE"),
            SlabUnreclaimable = Node("NR_SLAB_UNRECLAIMABLE_B") ?? Node("NR_SLAB_UNRECLAIMABLE") ?? Zone("NR_SLAB_UNRECLAIMABLE"),
            PageTables = Node("NR_PAGETABLE") ?? Zone("NR_PAGETABLE"),
            KernelStacks = (Node("NR_KERNEL_STACK_KB") ?? Zone("NR_KERNEL_STACK_KB")) / _page * 1024,
            Vmalloc = Pages("nr_vmalloc_pages") ?? Node("NR_VMALLOC"),
            PerCpu = Pages("pcpu_nr_populated") * (ulong)Math.Max(1, kernel.Cpus.Possible.Count),
            HugePages = ReadHugePages(),
            Zones = zones,
            Caches = ReadCaches(),
        };
        return usage with { Unaccounted = UnaccountedOf(usage), Problems = _problems };
    }

    private ulong? UnaccountedOf(MemoryUsage usage)
    {
        ulong? lru = Sum("NR_INACTIVE_ANON", "NR_ACTIVE_ANON", "NR_INACTIVE_FILE", "NR_ACTIVE_FILE", "NR_UNEVICTABLE");
        if (lru is null || usage.Free is null || usage.SlabReclaimable is null || usage.SlabUnreclaimable is null || usage.PageTables is null || usage.Vmalloc is null)
        {
            return null;
        }

        // Mapped kernel stacks are vmalloc()'s; where they are not, they are the larger number of the two.
        ulong known = usage.Free.Value + usage.PerCpuLists + lru.Value + usage.SlabReclaimable.Value + usage.SlabUnreclaimable.Value + usage.PageTables.Value
            + Math.Max(usage.Vmalloc.Value, usage.KernelStacks ?? 0) + (usage.PerCpu ?? 0) + (usage.HugePages ?? 0);
        return usage.Total - Math.Min(usage.Total, known);
    }

    private ulong? Sum(params string[] names)
    {
        ulong sum = 0;
        foreach (string name in names)
        {
            if (Node(name) is not { } part)
            {
                return null;
            }

            sum += part;
        }

        return sum;
    }

    private ulong? Node(string name) => Counter("vm_node_stat", "node_stat_item", name);

    private ulong? Zone(string name) => Counter("vm_zone_stat", "zone_stat_item", name);

    // Bytes; a counter that is just below zero stands for nothing.
    private ulong? Counter(string symbol, string tag, string name)
    {
        if (kernel.Types.Catalog?.FindEnum(tag)?.FindValue(name) is not (>= 0 and { } index) || kernel.Symbols.FindAddress(symbol) is not { } array
            || !kernel.Reader.TryReadWord(array + ((ulong)index * (ulong)kernel.Reader.WordSize), out ulong value))
        {
            return null;
        }

        return (ulong)Math.Max(0, unchecked((long)value)) * _page;
    }

    private ulong? Pages(string symbol) =>
        kernel.Symbols.FindAddress(symbol) is { } at && kernel.Reader.TryReadWord(at, out ulong pages) ? pages * _page : null;

    private IEnumerable<VirtAddr> FindNodes()
    {
        if (kernel.Symbols.FindAddress("node_data") is not { } table)
        {
            return kernel.Symbols.FindAddress("contig_page_data") is { } only ? [only] : [];
        }

        return Enumerable.Range(0, CountNodes()).Select(i => kernel.Reader.FindPointer(table + ((ulong)i * (ulong)kernel.Reader.WordSize))).OfType<VirtAddr>();
    }

    private int CountNodes() =>
        kernel.Symbols.FindAddress("nr_node_ids") is { } ids && kernel.Reader.TryReadInt32(ids, out int known) ? Math.Clamp(known, 1, MaxNodes) : 1;

    private (List<ZoneUsage> Zones, ulong Pcp) ReadZones()
    {
        var zones = new List<ZoneUsage>();
        ulong pcp = 0;
        ulong size = (ulong)(kernel.Types.FindSize("zone") ?? 0);
        long? free = kernel.Types.Catalog?.FindEnum("zone_stat_item")?.FindValue("NR_FREE_PAGES");
        foreach (VirtAddr node in size == 0 ? [] : FindNodes())
        {
            int id = (int)(kernel.Objects.FindInt(node, "pglist_data", "node_id") ?? 0);
            ulong count = Math.Min(kernel.Objects.FindUInt(node, "pglist_data", "nr_zones") ?? 0, MaxZones);
            for (ulong i = 0; i < count && kernel.Objects.FindAddress(node, "pglist_data", "node_zones") is { } first; i++)
            {
                VirtAddr zone = first + (i * size);
                ulong managed = kernel.Objects.FindUInt(zone, "zone", "managed_pages.counter", "managed_pages") ?? 0;
                if (managed == 0)
                {
                    continue;
                }

                string name = kernel.Objects.FindTextBehind(zone, 16, "zone", "name") ?? "?";
                zones.Add(new ZoneUsage(id, name, managed * _page, Item(zone, "vm_stat", free) * _page, Item(zone, "_watermark", 0) * _page));
                pcp += ReadLists(zone) * _page;
            }
        }

        return (zones, pcp);
    }

    private ulong? Item(VirtAddr zone, string member, long? index) =>
        index is >= 0 and { } at && kernel.Objects.FindAddress(zone, "zone", member, "watermark") is { } array
        && kernel.Reader.TryReadWord(array + ((ulong)at * (ulong)kernel.Reader.WordSize), out ulong value) ? (ulong)Math.Max(0, unchecked((long)value)) : null;

    // zone.per_cpu_pageset (5.14+), zone.pageset before.
    private ulong ReadLists(VirtAddr zone)
    {
        ulong sum = 0;
        bool isNew = kernel.Types.HasMember("zone", "per_cpu_pageset");
        VirtAddr? lists = kernel.Objects.FindPointer(zone, "zone", "per_cpu_pageset", "pageset");
        foreach (int cpu in kernel.Cpus.Possible)
        {
            if (kernel.Cpus.FindPerCpu(lists, cpu) is { } at)
            {
                long? count = isNew ? kernel.Objects.FindInt(at, "per_cpu_pages", "count") : kernel.Objects.FindInt(at, "per_cpu_pageset", "pcp.count");
                sum += (ulong)Math.Max(0, count ?? 0);
            }
        }

        return sum;
    }

    private ulong? ReadHugePages()
    {
        if (kernel.Symbols.FindAddress("hstates") is not { } states || kernel.Symbols.FindAddress("hugetlb_max_hstate") is not { } max
            || !kernel.Reader.TryReadInt32(max, out int count) || kernel.Types.FindSize("hstate") is not (> 0 and { } size))
        {
            return null;
        }

        ulong sum = 0;
        const int maxStates = 16;
        for (int i = 0; i < Math.Clamp(count, 0, maxStates); i++)
        {
            VirtAddr state = states + ((ulong)i * (ulong)size);
            ulong order = kernel.Objects.FindUInt(state, "hstate", "order") ?? 64;
            sum += order < 32 ? (kernel.Objects.FindUInt(state, "hstate", "nr_huge_pages") ?? 0) * (_page << (int)order) : 0;
        }

        return sum;
    }

    private List<CacheUsage> ReadCaches()
    {
        var caches = new List<CacheUsage>();
        if (kernel.Symbols.FindAddress("slab_caches") is not { } head || kernel.Types.FindOffset("kmem_cache", "list") is not { } link)
        {
            _problems.Add("the list of slab caches is not known");
            return caches;
        }

        if (!kernel.Types.HasMember("kmem_cache_node", "nr_slabs"))
        {
            _problems.Add("this kernel does not count the slabs of its caches");
            return caches;
        }

        foreach (VirtAddr cache in kernel.Objects.ReadList(head, link, MaxCaches, out string? damage))
        {
            if (ReadCache(cache) is { Bytes: > 0 } usage)
            {
                caches.Add(usage);
            }

            if (damage is not null && _problems.Count == 0)
            {
                _problems.Add(damage);
            }
        }

        caches.Sort((left, right) => right.Bytes.CompareTo(left.Bytes));
        return caches;
    }

    private CacheUsage? ReadCache(VirtAddr cache)
    {
        if (kernel.Objects.FindUInt(cache, "kmem_cache", "oo.x") is not { } sizes || kernel.Objects.FindAddress(cache, "kmem_cache", "node") is not { } nodes)
        {
            return null;
        }

        const int orderShift = 16; // OO_SHIFT
        ulong order = Math.Min(sizes >> orderShift, 16);
        ulong slabs = 0;
        ulong objects = 0;
        for (int i = 0; i < CountNodes(); i++)
        {
            if (kernel.Reader.FindPointer(nodes + ((ulong)i * (ulong)kernel.Reader.WordSize)) is { } node)
            {
                slabs += kernel.Objects.FindUInt(node, "kmem_cache_node", "nr_slabs.counter", "nr_slabs") ?? 0;
                objects += kernel.Objects.FindUInt(node, "kmem_cache_node", "total_objects.counter", "total_objects") ?? 0;
            }
        }

        string name = kernel.Objects.FindTextBehind(cache, 128, "kmem_cache", "name") ?? "?";
        return new CacheUsage(name, slabs * (_page << (int)order), objects, kernel.Objects.FindUInt(cache, "kmem_cache", "size") ?? 0);
    }
}
