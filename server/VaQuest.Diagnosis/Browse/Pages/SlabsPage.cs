// SlabsPage: slab caches, and the slabs and objects of one.
using VaQuest.Binary;
using VaQuest.Kernel.Memory.Slabs;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest slabs`: what /proc/slabinfo would have shown; with a cache's name its slabs and its objects with their states.</summary>
internal static class SlabsPage
{
    /// <summary>Objects that are listed of one cache; the counts are of all.</summary>
    private const int MaxObjects = 20_000;

    private const string NotCounted = "this kernel does not count them";

    private static readonly Column[] s_cacheColumns =
    [
        new("name", "cache"), new("objectSize", "object", IsRight: true), new("slotSize", "slot", IsRight: true), new("allocated", "allocated", IsRight: true),
        new("total", "total", IsRight: true), new("slabs", "slabs", IsRight: true), new("bytes", "memory", IsRight: true), new("flags", "flags"),
        new("address", "struct kmem_cache"),
    ];

    private static readonly Column[] s_slabColumns =
    [
        new("descriptor", "descriptor"), new("start", "memory"), new("objects", "objects", IsRight: true), new("allocated", "allocated", IsRight: true),
        new("free", "free", IsRight: true), new("frozen", "owned by a CPU"),
    ];

    private static readonly Column[] s_objectColumns = [new("address", "object"), new("state", "state"), new("proof", "how that is known"), new("slab", "slab")];

    public static PageSource Source { get; } = new(
        "slabs", "Slab caches with their objects and memory; of one cache, its slabs and which objects are allocated.", "CACHE", false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        SlabAllocator slabs = context.Kernel.Slabs;
        if (argument is not null)
        {
            SlabCache cache = slabs.FindCache(argument) ?? throw new DumpFormatException(
                FormatError.BadValue, $"{context.Kernel.Dump.Path}: there is no slab cache \"{argument}\"; see vaquest slabs");
            return ReadCache(context, cache, cancellation);
        }

        var rows = new List<IReadOnlyList<Cell>>();
        var notes = new List<string?> { slabs.CachesDamage };
        foreach (SlabCache cache in slabs.Caches)
        {
            cancellation.ThrowIfCancellationRequested();
            SlabUsage usage = slabs.ReadUsage(cache);
            notes.Add(usage.Damage is { } damage ? $"{cache.Name}: {damage}" : null);
            rows.Add(
            [
                Cell.Link(cache.Name, "slabs/" + cache.Name), Cell.Of(cache.ObjectSize), Cell.Of(cache.Size), Cell.Of(usage.Allocated, NotCounted),
                Cell.Of(usage.Objects, NotCounted), Cell.Of(usage.Slabs, NotCounted), MemoryOf(context, cache, usage), Cell.List(cache.FlagNames),
                Cell.Address(cache.Address, "", "struct kmem_cache"),
            ]);
        }

        return new Page("slabs", "Slab caches at the crash", [
            new Table("caches", "Caches", s_cacheColumns, rows) { Notes = Cells.Notes([.. notes.Take(32)]) },
        ]);
    }

    /// <summary>Slabs may be smaller than the usual order when memory was short: then this is an upper bound, as /proc/slabinfo's is.</summary>
    private static Cell MemoryOf(PageContext context, SlabCache cache, SlabUsage usage) =>
        cache.Order is { } order && usage.Slabs is { } count and >= 0
            ? Cell.Bytes(unchecked((ulong)count * ((ulong)context.Kernel.Dump.PageSize << order)), "")
            : Cell.Absent(NotCounted);

    private static Page ReadCache(PageContext context, SlabCache cache, CancellationToken cancellation)
    {
        SlabAllocator slabs = context.Kernel.Slabs;
        IReadOnlyList<Slab> found = slabs.FindSlabs(cache, cancellation, out string? damage);
        var slabRows = new List<IReadOnlyList<Cell>>();
        var objectRows = new List<IReadOnlyList<Cell>>();
        long[] states = new long[Enum.GetValues<SlabObjectState>().Length];
        var notes = new List<string?> { damage };
        foreach (Slab slab in found)
        {
            cancellation.ThrowIfCancellationRequested();
            long allocated = 0;
            long free = 0;
            foreach (SlabObject item in slabs.EnumerateObjects(slab))
            {
                states[(int)item.State]++;
                allocated += item.State == SlabObjectState.Allocated ? 1 : 0;
                free += item.State is SlabObjectState.Free or SlabObjectState.FreeAfterGracePeriod ? 1 : 0;
                if (objectRows.Count < MaxObjects)
                {
                    objectRows.Add([Cell.Address(item.Start, ""), Cell.Of(WordOf(item.State)), Cell.Of(item.Proof), Cell.Address(slab.Descriptor, "", "struct page")]);
                }

                notes.AddRange(notes.Count < 32 ? item.Damage : []);
            }

            slabRows.Add(
            [
                Cell.Address(slab.Descriptor, "", "struct page"), Cell.Address(slab.Start, ""), Cell.Of((long)slab.ObjectCount), Cell.Of(allocated), Cell.Of(free),
                Cell.Flag(slab.IsFrozen),
            ]);
        }

        long all = states.Sum();
        string? cut = all > objectRows.Count ? FormattableString.Invariant($"only the first {objectRows.Count} of {all} objects are listed") : null;
        return new Page("slabs", $"Slab cache {cache.Name} at the crash", [
            Table.Record("cache", "Cache", [
                ("name", "name", Cell.Of(cache.Name)), ("address", "struct kmem_cache", Cell.Address(cache.Address, "", "struct kmem_cache")),
                ("objectSize", "object size", Cell.Of(cache.ObjectSize)), ("slotSize", "slot size", Cell.Of(cache.Size)),
                ("flags", "flags", Cell.List(cache.FlagNames)), ("constructor", "constructor", cache.Constructor is { } constructor ? Cells.Symbol(context.Kernel, constructor, "") : Cells.None),
                ("slabs", "slabs", Cell.Of((long)found.Count)), ("total", "objects", Cell.Of(all)),
                ("allocated", "allocated", Cell.Of(states[(int)SlabObjectState.Allocated])),
                ("free", "free", Cell.Of(states[(int)SlabObjectState.Free] + states[(int)SlabObjectState.FreeAfterGracePeriod])),
                ("unknown", "not known", Cell.Of(states[(int)SlabObjectState.Unknown])),
            ]),
            new Table("slabs", "Slabs", s_slabColumns, slabRows) { Notes = Cells.Notes([.. notes]) },
            new Table("objects", "Objects", s_objectColumns, objectRows) { Notes = Cells.Notes(cut) },
        ]);
    }

    private static string WordOf(SlabObjectState state) => state switch
    {
        SlabObjectState.Allocated => "allocated",
        SlabObjectState.Free => "free",
        SlabObjectState.FreeAfterGracePeriod => "freed, kept for RCU",
        _ => "unknown",
    };
}
