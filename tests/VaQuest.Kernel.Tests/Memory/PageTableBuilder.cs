// PageTableBuilder: x86_64 page tables in fake physical memory.
namespace VaQuest.Kernel.Tests.Memory;

/// <summary>Maps single pages; tables are taken one after the other from <c>firstTable</c> on.</summary>
internal sealed class PageTableBuilder(FakePhysicalMemory memory, ulong firstTable, int levels, ulong entryFlags = 0)
{
    private readonly HashSet<ulong> _tables = [firstTable];
    private ulong _next = firstTable + 4096;

    public ulong Root => firstTable;

    /// <param name="leafLevel">1 for 4 KiB, 2 for 2 MiB, 3 for 1 GiB.</param>
    /// <param name="extraBits">Further bits of the leaf, such as PAT.</param>
    public void Map(ulong virtualAddress, ulong physical, int leafLevel = 1, ulong extraBits = 0)
    {
        ulong table = firstTable;
        for (int level = levels; level > leafLevel; level--)
        {
            ulong slot = table + (Index(virtualAddress, level) * 8);
            ulong child = FindChild(slot);
            if (child == 0)
            {
                child = _next;
                _next += 4096;
                _tables.Add(child);
                memory.Write(child, new byte[4096]);
                memory.WriteUInt64(slot, child | 0x63 | entryFlags);
            }

            table = child;
        }

        ulong size = leafLevel > 1 ? 0x80UL : 0;
        memory.WriteUInt64(table + (Index(virtualAddress, leafLevel) * 8), physical | 0x63 | size | extraBits | entryFlags);
    }

    /// <summary>Writes an entry at some level as it is.</summary>
    public void SetRootEntry(ulong virtualAddress, ulong entry) => memory.WriteUInt64(firstTable + (Index(virtualAddress, levels) * 8), entry);

    private static ulong Index(ulong address, int level) => (address >> (12 + (9 * (level - 1)))) & 511;

    private ulong FindChild(ulong slot)
    {
        Span<byte> bytes = stackalloc byte[8];
        memory.Read(new VaQuest.Binary.PhysAddr(slot), bytes);
        ulong entry = BitConverter.ToUInt64(bytes) & 0x000f_ffff_ffff_f000 & ~entryFlags;
        return _tables.Contains(entry) ? entry : 0;
    }
}
