// MemoryZones: reads the zones of all memory nodes.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Health;

/// <summary>Zones through node_data (NUMA) or contig_page_data. What cannot be read is left out.</summary>
public static class MemoryZones
{
    /// <summary>MAX_NUMNODES is 1 shifted by at most 10 (NODES_SHIFT).</summary>
    private const int MaxNodes = 1024;

    /// <summary>__MAX_NR_ZONES is 6 at most: DMA, DMA32, Normal, HighMem, Movable, Device.</summary>
    private const ulong MaxZones = 8;

    public static IReadOnlyList<MemoryZone> Read(LinuxKernel kernel)
    {
        KernelObjects objects = kernel.Objects;
        var zones = new List<MemoryZone>();
        if (objects.Types.FindOffset("pglist_data", "node_zones") is not { } first || objects.Types.FindSize("zone") is not { } size
            || objects.Types.Catalog?.FindEnumerator("NR_FREE_PAGES") is not { } freeItem)
        {
            return zones;
        }

        int number = 0;
        foreach (VirtAddr node in Nodes(kernel))
        {
            ulong count = Math.Min(objects.FindUInt(node, "pglist_data", "nr_zones") ?? 0, MaxZones);
            for (ulong i = 0; i < count; i++)
            {
                if (ReadZone(objects, number, node + first + (i * (ulong)size), (ulong)freeItem) is { } zone)
                {
                    zones.Add(zone);
                }
            }

            number++;
        }

        return zones;
    }

    private static IEnumerable<VirtAddr> Nodes(LinuxKernel kernel)
    {
        if (kernel.Symbols.FindAddress("node_data") is { } table)
        {
            int count = kernel.Symbols.FindAddress("nr_node_ids") is { } ids && kernel.Reader.TryReadUInt32(ids, out uint known) ? (int)Math.Min(known, MaxNodes) : 1;
            for (int i = 0; i < count; i++)
            {
                if (kernel.Reader.FindPointer(table + (ulong)(i * kernel.Reader.WordSize)) is { } node)
                {
                    yield return node;
                }
            }
        }
        else if (kernel.Symbols.FindAddress("contig_page_data") is { } only)
        {
            yield return only;
        }
    }

    // zone._watermark since 5.0, watermark before; WMARK_MIN is its first element.
    private static MemoryZone? ReadZone(KernelObjects objects, int node, VirtAddr zone, ulong freeItem)
    {
        ulong word = (ulong)objects.Reader.WordSize;
        ulong? managed = objects.FindUInt(zone, "zone", "managed_pages");
        VirtAddr? watermark = objects.FindAddress(zone, "zone", "_watermark", "watermark");
        VirtAddr? counters = objects.FindAddress(zone, "zone", "vm_stat");
        bool isRead = objects.Reader.TryReadWord(watermark ?? default, out ulong minimum) & objects.Reader.TryReadWord((counters ?? default) + (freeItem * word), out ulong free);
        if (managed is null or 0 || watermark is null || counters is null || !isRead || objects.FindTextBehind(zone, 16, "zone", "name") is not { } name)
        {
            return null;
        }

        return new MemoryZone(node, CommText.Escape(name), managed.Value, unchecked((long)free) < 0 ? 0 : free, minimum);
    }
}
