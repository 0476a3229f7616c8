// TranslationCache: remembers recent page translations, as a CPU's TLB does.
namespace VaQuest.Kernel.Memory;

/// <summary>
/// A fixed-size, direct-mapped cache without locks. Entries are immutable objects, so that a racing reader sees a whole entry or none;
/// a dump never changes, so an entry is never wrong.
/// </summary>
internal sealed class TranslationCache
{
    /// <summary>Slots, a power of two: 16 MiB of 4 KiB pages, about 100 KiB of memory.</summary>
    private const int Slots = 4096;

    private readonly Entry?[] _entries = new Entry?[Slots];

    public bool TryGet(ulong page, out ulong physical)
    {
        Entry? entry = _entries[SlotOf(page)];
        if (entry is not null && entry.Page == page)
        {
            physical = entry.Physical;
            return true;
        }

        physical = 0;
        return false;
    }

    public void Put(ulong page, ulong physical) => Volatile.Write(ref _entries[SlotOf(page)], new Entry(page, physical));

    /// <summary>Stacks, slabs and tables start at equal offsets of large areas: mix the upper bits in.</summary>
    private static int SlotOf(ulong page) => (int)(((page >> 12) ^ (page >> 24) ^ (page >> 36)) & (Slots - 1));

    private sealed record Entry(ulong Page, ulong Physical);
}
