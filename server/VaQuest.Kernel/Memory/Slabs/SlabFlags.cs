// SlabFlags: the flags of slab caches, and their names.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>include/linux/slab.h: numbers that have been stable since 4.14; since 6.9 an enum (_slab_flag_bits) tells some of them.</summary>
internal static class SlabFlags
{
    public const uint RedZone = 0x400;

    public const uint Poison = 0x800;

    public const uint StoreUser = 0x10000;

    public const uint TypeSafeByRcu = 0x80000;

    /// <summary>__OBJECT_POISON: poison is really written, which caches with a constructor do without.</summary>
    private const uint ObjectPoison = 0x80000000;

    private static readonly (string Name, uint Bit)[] s_known =
    [
        ("CONSISTENCY_CHECKS", 0x100), ("RED_ZONE", RedZone), ("POISON", Poison), ("HWCACHE_ALIGN", 0x2000), ("CACHE_DMA", 0x4000),
        ("CACHE_DMA32", 0x8000), ("STORE_USER", StoreUser), ("RECLAIM_ACCOUNT", 0x20000), ("PANIC", 0x40000), ("TYPESAFE_BY_RCU", TypeSafeByRcu),
        ("TRACE", 0x200000), ("DEBUG_OBJECTS", 0x400000), ("NOLEAKTRACE", 0x800000), ("FAILSLAB", 0x2000000), ("ACCOUNT", 0x4000000),
        ("KASAN", 0x8000000), ("OBJECT_POISON", ObjectPoison),
    ];

    /// <summary>
    /// Since 6.9 the numbers follow from the enum, and bits move when an option is off. This turns a kernel's word into the numbers above, so
    /// that the rest of the code needs to know only these.
    /// </summary>
    public static uint Normalise(uint flags, KernelTypes types)
    {
        if (types.Catalog?.FindEnum("_slab_flag_bits") is not { } bits)
        {
            return flags;
        }

        uint known = 0;
        foreach ((string name, uint bit) in s_known)
        {
            string enumerator = name == "OBJECT_POISON" ? "_SLAB_OBJECT_POISON" : "_SLAB_" + name;
            if (bits.FindValue(enumerator) is { } position and >= 0 and < 32 && ((flags >> (int)position) & 1) != 0)
            {
                known |= bit;
            }
        }

        return known;
    }

    public static bool IsPoisonWritten(uint flags) => (flags & ObjectPoison) != 0;

    public static IReadOnlyList<string> NamesOf(uint flags)
    {
        var names = new List<string>();
        foreach ((string name, uint bit) in s_known)
        {
            if ((flags & bit) != 0)
            {
                names.Add(name);
            }
        }

        return names;
    }
}
