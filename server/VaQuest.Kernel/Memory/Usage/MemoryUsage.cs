// MemoryUsage: what the machine's memory was used for at the crash.
namespace VaQuest.Kernel.Memory.Usage;

/// <summary>Numbers in bytes; null where the kernel does not count it or the counter is not in the dump.</summary>
public sealed record MemoryUsage
{
    /// <summary>All memory that the page allocator manages.</summary>
    public required ulong Total { get; init; }

    public ulong? Free { get; init; }

    /// <summary>Free pages in the CPUs' own lists, which <see cref="Free"/> does not count.</summary>
    public ulong PerCpuLists { get; init; }

    public ulong? Anonymous { get; init; }

    /// <summary>Page cache and buffers, shared memory not included.</summary>
    public ulong? Cache { get; init; }

    public ulong? Shared { get; init; }

    public ulong? SlabReclaimable { get; init; }

    public ulong? SlabUnreclaimable { get; init; }

    public ulong? PageTables { get; init; }

    public ulong? KernelStacks { get; init; }

    /// <summary>Pages behind vmalloc(); kernel stacks are among them where they are mapped.</summary>
    public ulong? Vmalloc { get; init; }

    public ulong? PerCpu { get; init; }

    public ulong? HugePages { get; init; }

    /// <summary>Total less everything above: pages that were allocated and that nobody counts. Null when a part is not known.</summary>
    public ulong? Unaccounted { get; init; }

    public IReadOnlyList<ZoneUsage> Zones { get; init; } = [];

    /// <summary>Slab caches, the largest first.</summary>
    public IReadOnlyList<CacheUsage> Caches { get; init; } = [];

    /// <summary>What could not be read, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
