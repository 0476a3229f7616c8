// PerCpuFreePages: free pages that CPUs keep for themselves.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Pages;

/// <summary>
/// struct per_cpu_pages of each zone and CPU (include/linux/mmzone.h): zone.per_cpu_pageset since 5.14, zone.pageset before. Immutable.
/// </summary>
internal sealed class PerCpuFreePages
{
    /// <summary>Pages of one list: a CPU keeps some hundreds, more with large machines' high marks.</summary>
    private const int MaxPerList = 65_536;

    private const int MaxNodes = 1024;

    private const int MaxZones = 8;

    private readonly AddressMap _pages = new();

    private PerCpuFreePages()
    {
    }

    public bool Contains(VirtAddr page) => _pages.Find(page.Value) >= 0;

    public static PerCpuFreePages Read(LinuxKernel kernel)
    {
        var pages = new PerCpuFreePages();
        KernelTypes types = kernel.Types;
        if (types.FindSize("zone") is not { } zoneBytes || types.FindMember("pglist_data", "node_zones") is not { } zones
            || types.FindMember("per_cpu_pages", "lists") is not { } lists)
        {
            return pages;
        }

        int zoneCount = (int)Math.Min(MaxZones, zones.Size / Math.Max(1, zoneBytes));
        foreach (VirtAddr node in FindNodes(kernel))
        {
            for (int zone = 0; zone < zoneCount; zone++)
            {
                pages.AddZone(kernel, node + zones.Offset + (ulong)(zone * zoneBytes), lists);
            }
        }

        return pages;
    }

    private static List<VirtAddr> FindNodes(LinuxKernel kernel)
    {
        var nodes = new List<VirtAddr>();
        if (kernel.Symbols.FindAddress("node_data") is not { } table)
        {
            if (kernel.Symbols.FindAddress("contig_page_data") is { } only)
            {
                nodes.Add(only);
            }

            return nodes;
        }

        for (int i = 0; i < MaxNodes && kernel.Reader.FindPointer(table + (ulong)(i * kernel.Reader.WordSize)) is { } node; i++)
        {
            nodes.Add(node);
        }

        return nodes;
    }

    private void AddZone(LinuxKernel kernel, VirtAddr zone, MemberLayout lists)
    {
        ulong inside = kernel.Types.HasMember("zone", "per_cpu_pageset") ? 0 : kernel.Types.FindOffset("per_cpu_pageset", "pcp") ?? 0;
        if (kernel.Objects.FindPointer(zone, "zone", "per_cpu_pageset", "pageset") is not { } perCpu
            || kernel.Types.FindOffset("page", "pcp_list", "lru") is not { } link)
        {
            return;
        }

        ulong headBytes = 2 * (ulong)kernel.Reader.WordSize;
        foreach (int cpu in kernel.Cpus.Possible)
        {
            if (kernel.Cpus.FindPerCpu(perCpu, cpu) is not { } at)
            {
                continue;
            }

            for (ulong offset = 0; offset + headBytes <= (ulong)lists.Size; offset += headBytes)
            {
                foreach (VirtAddr page in kernel.Objects.ReadList(at + inside + lists.Offset + offset, link, MaxPerList, out _))
                {
                    _pages.TryAdd(page.Value, 0);
                }
            }
        }
    }
}
