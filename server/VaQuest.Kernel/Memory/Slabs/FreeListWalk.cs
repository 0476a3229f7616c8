// FreeListWalk: follows the free pointers inside of a slab's free objects.
using System.Buffers.Binary;
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>
/// Free pointers (mm/slub.c) are at the cache's offset inside each free object. CONFIG_SLAB_FREELIST_HARDENED (4.14) mixes each with a number of
/// the cache and with its own address, which has been byte-swapped first since 5.7 (1ad53d9fa3f6). The list's head is always plain. A walk ends after
/// as many objects as the slab has; whatever damage it meets is told with its place.
/// </summary>
public static class FreeListWalk
{
    /// <summary>Follows a list from its head, in whichever of the two hardened forms leads further.</summary>
    public static FreeList Walk(KernelReader reader, Slab slab, VirtAddr head)
    {
        FreeList swapped = Walk(reader, slab, head, isSwapped: true);
        if (swapped.Damage is null || slab.Cache.Random is null)
        {
            return swapped;
        }

        FreeList plain = Walk(reader, slab, head, isSwapped: false);
        return plain.Damage is null || plain.Indexes.Count > swapped.Indexes.Count ? plain : swapped;
    }

    private static FreeList Walk(KernelReader reader, Slab slab, VirtAddr head, bool isSwapped)
    {
        var indexes = new List<int>();
        bool[] seen = new bool[slab.ObjectCount];
        VirtAddr at = head;
        string from = FormattableString.Invariant($"the free list's head of the slab at {slab.Start}");
        while (at.Value != 0)
        {
            int index = slab.IndexOf(at);
            if (index < 0)
            {
                return new FreeList(indexes, FormattableString.Invariant($"{from} leads to {at}, which is no object of it"));
            }

            if (seen[index])
            {
                return new FreeList(indexes, FormattableString.Invariant($"{from} leads back to {at}: the free list runs in a circle"));
            }

            seen[index] = true;
            indexes.Add(index);
            VirtAddr pointer = at + slab.Cache.FreePointerOffset;
            ReadOutcome outcome = reader.ReadUInt(pointer, reader.WordSize, out ulong word);
            if (!outcome.IsOk)
            {
                return new FreeList(indexes, FormattableString.Invariant($"the free pointer at {pointer} cannot be read: {outcome}"));
            }

            from = FormattableString.Invariant($"the free pointer at {pointer}, in the free object at {at},");
            at = Decode(slab.Cache, pointer, word, reader.WordSize, isSwapped);
        }

        return new FreeList(indexes, null);
    }

    private static VirtAddr Decode(SlabCache cache, VirtAddr pointer, ulong word, int wordSize, bool isSwapped)
    {
        if (cache.Random is not { } random)
        {
            return new VirtAddr(word);
        }

        ulong place = !isSwapped ? pointer.Value
            : wordSize == 8 ? BinaryPrimitives.ReverseEndianness(pointer.Value) : BinaryPrimitives.ReverseEndianness((uint)(pointer.Value & uint.MaxValue));
        return new VirtAddr(word ^ random ^ place);
    }
}
