// PageTypes: what page_type of struct page says a page is used for.
using VaQuest.DebugInfo.Types;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Pages;

/// <summary>
/// include/linux/page-flags.h. page_type shares its word with the mapping count, whose value is -1 for pages that nobody maps. To 6.11 a type is a
/// bit that is cleared in it, as VMCOREINFO tells; since 6.12 the upper byte is a number (enum pagetype). Immutable.
/// </summary>
public sealed class PageTypes
{
    /// <summary>PAGE_TYPE_BASE: with inverted bits, all of these are set in a page that has a type (0xf0000000; 0x80000000 in 6.11).</summary>
    private const uint TypeBase = 0x80000000;

    private readonly (string Name, uint Value)[] _bytes;
    private readonly (string Name, uint Bit)[] _bits;

    private PageTypes((string, uint)[] bytes, (string, uint)[] bits)
    {
        _bytes = bytes;
        _bits = bits;
    }

    /// <summary>True when the type is a number in the upper byte.</summary>
    public bool AreBytes => _bytes.Length > 0;

    /// <summary>True when slab pages are told by their type; before 6.10 a flag tells them.</summary>
    public bool KnowsSlabs => Array.Exists(_bytes, type => type.Name == "slab") || Array.Exists(_bits, type => type.Name == "slab");

    /// <summary>Collects what the kernel's types and VMCOREINFO say about page types.</summary>
    public static PageTypes Read(KernelTypes types, VmcoreinfoTable info)
    {
        EnumType? enumeration = types.Catalog?.FindEnum("pagetype");
        var bytes = new List<(string, uint)>();
        var bits = new List<(string, uint)>();
        foreach (Enumerator type in enumeration?.Enumerators ?? [])
        {
            bool isByte = type.Name.StartsWith("PGTY_", StringComparison.Ordinal) && type.Value is > 0x7f and < 0xff;
            bool isBit = type.Name.StartsWith("PG_", StringComparison.Ordinal) && type.Value is > 0 and <= int.MaxValue;
            if (isByte)
            {
                bytes.Add((type.Name["PGTY_".Length..], (uint)type.Value));
            }
            else if (isBit)
            {
                bits.Add((type.Name["PG_".Length..], (uint)type.Value));
            }
        }

        if (bytes.Count == 0 && bits.Count == 0)
        {
            AddFromVmcoreinfo(types, info, bytes, bits);
        }

        return new PageTypes([.. bytes], [.. bits]);
    }

    /// <summary>The name of a type as the kernel has it (buddy, offline, table, guard, hugetlb, slab, …); null when the page has none.</summary>
    public string? Find(uint pageType)
    {
        if (AreBytes)
        {
            uint number = pageType >> 24;
            foreach ((string name, uint value) in _bytes)
            {
                if (value == number)
                {
                    return name;
                }
            }

            return null;
        }

        // -1 is a page without a type that nobody maps; a small number is a count.
        if (pageType == uint.MaxValue || (pageType & TypeBase) == 0)
        {
            return null;
        }

        foreach ((string name, uint bit) in _bits)
        {
            if ((pageType & bit) == 0)
            {
                return name;
            }
        }

        return null;
    }

    private static void AddFromVmcoreinfo(
        KernelTypes types, VmcoreinfoTable info, List<(string, uint)> bytes, List<(string, uint)> bits)
    {
        foreach ((string key, string name) in new[]
            { ("PAGE_BUDDY", "buddy"), ("PAGE_OFFLINE", "offline"), ("PAGE_SLAB", "slab"), ("PAGE_HUGETLB", "hugetlb"), ("PAGE_UNACCEPTED", "unaccepted") })
        {
            if (info.FindNumber(key + "_MAPCOUNT_VALUE") is not { } value)
            {
                continue;
            }

            uint word = unchecked((uint)value);
            bool isByte = (word & 0xffffff) == 0;
            if (isByte)
            {
                bytes.Add((name, word >> 24));
            }
            else
            {
                bits.Add((name, ~word));
            }
        }

        AddTableBit(types, bits);
    }

    // From 4.18 to 5.10 page tables had 0x400 and accounted kernel pages 0x200, which page tables have had since 5.11 (18b2db3b0385); the
    // same release turned mem_cgroup of struct page into memcg_data.
    private static void AddTableBit(KernelTypes types, List<(string, uint)> bits)
    {
        bool hasBuddyBit = bits.Contains(("buddy", 0x80));
        if (hasBuddyBit && types.HasMember("page", "memcg_data"))
        {
            bits.AddRange([("table", 0x200), ("guard", 0x400)]);
        }
        else if (hasBuddyBit && types.HasMember("page", "mem_cgroup") && types.HasMember("page", "page_type"))
        {
            bits.AddRange([("kmemcg", 0x200), ("table", 0x400), ("guard", 0x800)]);
        }
    }
}
