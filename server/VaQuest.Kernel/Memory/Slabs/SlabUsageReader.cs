// SlabUsageReader: counts a cache's slabs and objects without looking at every page.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>Nodes count slabs and objects; what is free is on lists, which are short. Bounded; never throws on data.</summary>
internal sealed class SlabUsageReader(LinuxKernel kernel, SlabAllocator slabs)
{
    /// <summary>Partial slabs that are looked at; a leak's leftovers can be many, a list of this length means damage or takes too long.</summary>
    private const int MaxPartialSlabs = 200_000;

    private const int MaxCpuPartialSlabs = 4096;

    private KernelObjects Objects => kernel.Objects;

    public SlabUsage Read(SlabCache cache)
    {
        string? damage = null;
        long? slabCount = 0;
        long? objects = 0;
        long free = 0;
        foreach (VirtAddr node in SlabNodes.Find(Objects, cache.Address))
        {
            slabCount += Objects.FindInt(node, "kmem_cache_node", "nr_slabs.counter");
            objects += Objects.FindInt(node, "kmem_cache_node", "total_objects.counter");
            free += CountPartial(node, ref damage);
        }

        CpuFreeLists cpus = slabs.CpuListsOf(cache);
        foreach ((int cpu, VirtAddr? slab, VirtAddr? _) in cpus.Active)
        {
            if (slab is { } active && slabs.ReadSlab(active, out string? reason) is { } owned)
            {
                SlabFreeMap map = slabs.FreeMapOf(owned);
                free += map.FreeCount;
                damage ??= map.Damage.Count > 0 ? map.Damage[0] : null;
            }

            free += CountCpuPartial(cache, cpu, ref damage);
        }

        free += cpus.SheafObjects;
        return new SlabUsage(slabCount, objects, free, damage ?? (cpus.Damage.Count > 0 ? cpus.Damage[0] : null));
    }

    private long CountPartial(VirtAddr node, ref string? damage)
    {
        string tag = Objects.Types.HasMember("slab", "slab_list") ? "slab" : "page";
        if (Objects.FindAddress(node, "kmem_cache_node", "partial") is not { } head
            || Objects.Types.FindOffset(tag, "slab_list", "lru") is not { } link)
        {
            return 0;
        }

        long free = 0;
        foreach (VirtAddr descriptor in Objects.ReadList(head, link, MaxPartialSlabs, out string? broken))
        {
            free += FreeOf(descriptor, ref damage);
            damage ??= broken;
        }

        return free;
    }

    // Partial slabs of a CPU (CONFIG_SLUB_CPU_PARTIAL) are linked by a pointer of their own.
    private long CountCpuPartial(SlabCache cache, int cpu, ref string? damage)
    {
        string tag = Objects.Types.HasMember("slab", "slab_cache") ? "slab" : "page";
        if (!Objects.Types.HasMember(tag, "next") || Objects.FindPointer(cache.Address, "kmem_cache", "cpu_slab") is not { } perCpu
            || kernel.Cpus.FindPerCpu(perCpu, cpu) is not { } at)
        {
            return 0;
        }

        long free = 0;
        VirtAddr? next = Objects.FindPointer(at, "kmem_cache_cpu", "partial");
        for (int i = 0; next is { } descriptor; i++)
        {
            if (i >= MaxCpuPartialSlabs)
            {
                damage ??= FormattableString.Invariant($"the list of partial slabs of CPU {cpu} has more than {MaxCpuPartialSlabs} entries");
                break;
            }

            free += FreeOf(descriptor, ref damage);
            next = Objects.FindPointer(descriptor, tag, "next");
        }

        return free;
    }

    private long FreeOf(VirtAddr descriptor, ref string? damage)
    {
        if (slabs.ReadSlab(descriptor, out string? reason) is not { InUse: { } used } slab)
        {
            damage ??= FormattableString.Invariant($"a list of partial slabs leads to {descriptor}: {reason ?? "its count cannot be read"}");
            return 0;
        }

        return Math.Max(0, slab.ObjectCount - used);
    }
}
