// MemoryNodes: finds and reads NUMA nodes, zones and free areas.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Mm;

/// <summary>Nodes from node_data (NUMA) or contig_page_data (include/linux/mmzone.h).</summary>
public sealed class MemoryNodes(LinuxKernel kernel)
{
    /// <summary>NODES_SHIFT has never been above 10.</summary>
    private const int MaxNodes = 1024;

    /// <summary>MAX_NR_ZONES is 6 at most.</summary>
    private const ulong MaxZones = 8;

    /// <summary>MAX_ORDER was raised to at most 16 by architectures with large pages.</summary>
    private const ulong MaxOrders = 32;

    /// <summary>MIGRATE_TYPES has been 6 at most.</summary>
    private const ulong MaxMigrateTypes = 16;

    /// <summary>Blocks counted in one list, as /proc/pagetypeinfo stops counting there too (mm/vmstat.c).</summary>
    private const int MaxBlocks = 100_000;

    private readonly KernelObjects _objects = kernel.Objects;
    private readonly VmCounterReader _counters = new(kernel);

    /// <summary>All nodes; <paramref name="missing"/> says why there are none or not all.</summary>
    public IReadOnlyList<MemoryNode> Read(out string? missing)
    {
        missing = null;
        if (_objects.Types.FindMember("pglist_data", "node_zones") is null || _objects.Types.FindSize("zone") is not > 0)
        {
            missing = "this kernel's types have no struct pglist_data, so its memory nodes cannot be read";
            return [];
        }

        var nodes = new List<MemoryNode>();
        foreach ((int number, VirtAddr address) in FindNodes(out missing))
        {
            var node = new ObjectView(_objects, address, "pglist_data");
            nodes.Add(new MemoryNode(number, node, _counters.ReadNode(node), ReadZones(number, node)));
        }

        return nodes;
    }

    /// <summary>The machine's counters: of all zones, and of all nodes.</summary>
    public (VmCounters Zones, VmCounters Nodes) ReadTotals(IReadOnlyList<MemoryNode> nodes) =>
        (_counters.ReadAllZones([.. nodes.SelectMany(node => node.Zones).Where(IsPopulated).Select(zone => zone.Counters)]),
            _counters.ReadAllNodes([.. nodes.Select(node => node.Counters)]));

    /// <summary>The names of migrate types: Unmovable, Movable, …; empty when they are not known.</summary>
    public IReadOnlyList<string> ReadMigrateTypes()
    {
        var names = new List<string>();
        ulong word = (ulong)_objects.Reader.WordSize;
        ulong count = (ulong)Math.Clamp(_objects.Types.Catalog?.FindEnumerator("MIGRATE_TYPES") ?? 0, 0, (long)MaxMigrateTypes);
        for (ulong i = 0; i < count && kernel.Symbols.FindAddress("migratetype_names") is { } table; i++)
        {
            string? name = _objects.Reader.FindPointer(table + (i * word)) is { } text ? _objects.Reader.ReadCString(text, 32) : null;
            names.Add(name ?? FormattableString.Invariant($"type {i}"));
        }

        return names;
    }

    /// <summary>The free blocks of a zone by order; lists are walked to tell the types apart.</summary>
    public IReadOnlyList<FreeArea> ReadFreeAreas(MemoryZone zone, List<string> notes, CancellationToken cancellation)
    {
        var areas = new List<FreeArea>();
        if (zone.Object.At("free_area") is not { } first || _objects.Types.FindMember("zone", "free_area") is not { } array
            || _objects.Types.FindSize("free_area") is not ({ } size and > 0) || _objects.Types.FindMember("free_area", "free_list") is not { } lists)
        {
            notes.Add("this kernel's types have no struct free_area");
            return areas;
        }

        ulong orders = Math.Min((ulong)array.Size / (ulong)size, MaxOrders);
        ulong types = Math.Min((ulong)lists.Size / (2 * (ulong)_objects.Reader.WordSize), MaxMigrateTypes);
        for (ulong order = 0; order < orders; order++)
        {
            VirtAddr area = first + (order * (ulong)size);
            var byType = new List<long?>();
            for (ulong type = 0; type < types; type++)
            {
                cancellation.ThrowIfCancellationRequested();
                VirtAddr head = area + lists.Offset + (type * 2 * (ulong)_objects.Reader.WordSize);
                VirtAddr[] blocks = _objects.ReadList(head, 0, MaxBlocks, out string? damage);
                byType.Add(damage is null ? blocks.Length : null);
                if (damage is not null)
                {
                    notes.Add(FormattableString.Invariant($"zone {zone.Name}, order {order}: {damage}; {blocks.Length} blocks before that"));
                }
            }

            areas.Add(new FreeArea((int)order, _objects.FindUInt(area, "free_area", "nr_free"), byType));
        }

        return areas;
    }

    public static bool IsPopulated(MemoryZone zone) => zone.Present is not 0;

    private List<(int Number, VirtAddr Address)> FindNodes(out string? missing)
    {
        missing = null;
        var found = new List<(int, VirtAddr)>();
        if (kernel.Symbols.FindAddress("contig_page_data") is { } only)
        {
            found.Add((0, only));
            return found;
        }

        if (kernel.Symbols.FindAddress("node_data") is not { } table)
        {
            missing = "the kernel has neither the symbol node_data nor contig_page_data, so its memory nodes cannot be found";
            return found;
        }

        int nodes = kernel.Symbols.FindAddress("nr_node_ids") is { } ids && _objects.Reader.TryReadUInt32(ids, out uint count) && count is > 0 and <= MaxNodes
            ? (int)count
            : 1;
        for (int i = 0; i < nodes; i++)
        {
            if (!_objects.Reader.TryReadPointer(table + ((ulong)i * (ulong)_objects.Reader.WordSize), out VirtAddr node))
            {
                missing = "node_data is not in the dump";
            }
            else if (node.Value != 0)
            {
                found.Add((i, node));
            }
        }

        return found;
    }

    private List<MemoryZone> ReadZones(int number, ObjectView node)
    {
        var zones = new List<MemoryZone>();
        ulong size = (ulong)(_objects.Types.FindSize("zone") ?? 0);
        ulong count = size == 0 ? 0 : Math.Min((ulong)(_objects.Types.FindMember("pglist_data", "node_zones")?.Size ?? 0) / size, MaxZones);
        for (ulong i = 0; i < count && node.At("node_zones") is { } first; i++)
        {
            zones.Add(ReadZone(number, node.Other(first + (i * size), "zone")));
        }

        return zones;
    }

    private MemoryZone ReadZone(int number, ObjectView zone)
    {
        // _watermark since 5.0, where the boost came too (mm/page_alloc.c, wmark_pages).
        string marks = zone.Has("_watermark") ? "_watermark" : "watermark";
        ulong? boost = zone.Has("watermark_boost") ? zone.UInt("watermark_boost") : 0;
        return new MemoryZone
        {
            Object = zone,
            Node = number,
            Name = zone.TextBehind(32, "name"),
            Counters = _counters.ReadZone(zone),
            Managed = zone.UInt("managed_pages.counter", "managed_pages"),
            Present = zone.UInt("present_pages"),
            Spanned = zone.UInt("spanned_pages"),
            StartPfn = zone.UInt("zone_start_pfn"),
            Min = unchecked(zone.Word(marks, 0) + boost),
            Low = unchecked(zone.Word(marks, 1) + boost),
            High = unchecked(zone.Word(marks, 2) + boost),
            Boost = boost,
            PagesOfCpus = ReadPagesOfCpus(zone),
        };
    }

    /// <summary>per_cpu_pages.count: behind per_cpu_pageset since 5.14, pageset.pcp before.</summary>
    private ulong? ReadPagesOfCpus(ObjectView zone)
    {
        ulong sum = 0;
        (string member, string tag, string path) = zone.Has("per_cpu_pageset")
            ? ("per_cpu_pageset", "per_cpu_pages", "count")
            : ("pageset", "per_cpu_pageset", "pcp.count");
        foreach (int cpu in kernel.Cpus.Possible)
        {
            if (kernel.Cpus.FindPerCpu(zone.Pointer(member), cpu) is not { } lists || _objects.FindInt(lists, tag, path) is not (>= 0 and { } count))
            {
                return null;
            }

            sum = unchecked(sum + (ulong)count);
        }

        return sum;
    }
}
