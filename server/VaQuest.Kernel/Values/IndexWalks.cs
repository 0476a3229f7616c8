// IndexWalks: xarrays (radix trees, IDRs) and maple trees.
using VaQuest.Binary;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Values;

/// <summary>
/// Walks structures that map numbers to pointers (include/linux/xarray.h, include/linux/maple_tree.h; before 4.20
/// include/linux/radix-tree.h). Layouts come from the kernel's types. Bounded and cycle-checked; never throws on data.
/// </summary>
public sealed class IndexWalks(KernelReader reader, KernelTypes types)
{
    /// <summary>Entries of one walk.</summary>
    public const int MaxItems = 100_000;

    /// <summary>Nodes of one walk.</summary>
    private const int MaxNodes = 200_000;

    /// <summary>Levels: 64 bits of index at 4 or more bits a level.</summary>
    private const int MaxDepth = 18;

    /// <summary>Internal entries are numbers ending in the bits 10; those above this are nodes (xa_is_node).</summary>
    private const ulong LargestInternal = 4096;

    /// <summary>A maple node is aligned to its size of 256 bytes; the bits below are its type and flags.</summary>
    private const ulong MapleMask = 0xff;

    /// <summary>An xarray, or a radix tree of before 4.20. Integer entries are given as they are stored.</summary>
    public WalkResult Array(VirtAddr array)
    {
        var walk = new Walk(FormattableString.Invariant($"the array at {array}"));
        bool isOld = types.FindMember("xa_node", "slots") is null && types.FindMember("radix_tree_node", "slots") is not null;
        string node = isOld ? "radix_tree_node" : "xa_node";
        ulong head = isOld
            ? types.FindMember("radix_tree_root", "rnode")?.Offset ?? 0
            : types.FindMember("xarray", "xa_head")?.Offset ?? 0;
        if (types.FindMember(node, "slots") is not { } slots || types.FindMember(node, "shift") is not { } shift)
        {
            return new WalkResult([], "the kernel's types have no xarray nodes, so the array cannot be walked");
        }

        if (walk.Read(reader, array + head, out ulong entry))
        {
            VisitArray(walk, entry, 0, (isOld ? 1UL : 2UL, slots, shift), 0);
        }

        return walk.Result();
    }

    /// <summary>A maple tree (6.1 and later).</summary>
    public WalkResult MapleTree(VirtAddr tree)
    {
        var walk = new Walk(FormattableString.Invariant($"the maple tree at {tree}"));
        if (types.FindMember("maple_tree", "ma_root") is not { } root || MapleLayout.Find(types) is not { } layout)
        {
            return new WalkResult([], "the kernel's types have no maple tree, so it cannot be walked");
        }

        if (!walk.Read(reader, tree + root.Offset, out ulong entry) || entry == 0)
        {
            return walk.Result();
        }

        bool isNode = (entry & 3) == 2 && entry > LargestInternal;
        if (isNode)
        {
            VisitMaple(walk, layout, entry, 0, ulong.MaxValue, 0);
        }
        else
        {
            // A tree with one entry at index 0 needs no node.
            walk.Add(entry, 0, 0);
        }

        return walk.Result();
    }

    private void VisitArray(Walk walk, ulong entry, ulong index, (ulong Tag, MemberLayout Slots, MemberLayout Shift) layout, int depth)
    {
        bool isInternal = (entry & 3) == layout.Tag;
        bool isNode = isInternal && entry > LargestInternal;
        if (!isNode)
        {
            // Sibling, retry and zero entries are internal too, but no values.
            if (entry != 0 && !isInternal)
            {
                walk.Add(entry, index, index);
            }

            return;
        }

        var node = new VirtAddr(entry - layout.Tag);
        if (depth >= MaxDepth || !walk.Enter(node) || !walk.Read(reader, node + layout.Shift.Offset, 1, out ulong shift) || shift >= 64)
        {
            walk.Stop(FormattableString.Invariant($"its node at {node} is damaged"));
            return;
        }

        long count = Math.Min(layout.Slots.Size / reader.WordSize, 256);
        for (long i = 0; i < count && walk.IsGoing; i++)
        {
            if (walk.Read(reader, node + layout.Slots.Offset + (ulong)(i * reader.WordSize), out ulong child) && child != 0)
            {
                VisitArray(walk, child, unchecked(index + ((ulong)i << (int)shift)), layout, depth + 1);
            }
        }
    }

    private void VisitMaple(Walk walk, MapleLayout layout, ulong entry, ulong min, ulong max, int depth)
    {
        var node = new VirtAddr(entry & ~MapleMask);
        int kind = (int)((entry >> 3) & 0xf);
        if (depth >= MaxDepth || kind is < 1 or > 3 || !walk.Enter(node))
        {
            walk.Stop(FormattableString.Invariant($"its node at {node} is damaged (type {kind})"));
            return;
        }

        (MemberLayout pivots, MemberLayout slots) = kind == 3 ? layout.Wide : layout.Plain;
        long slotCount = slots.Size / reader.WordSize;
        long pivotCount = pivots.Size / reader.WordSize;
        ulong first = min;
        for (long i = 0; i < slotCount && walk.IsGoing; i++)
        {
            ulong last = max;
            if (i < pivotCount && !walk.Read(reader, node + pivots.Offset + (ulong)(i * reader.WordSize), out last))
            {
                return;
            }

            // Behind the last pivot that is used they are 0, which means the end of the node's range.
            last = (last == 0 && i > 0) || last > max ? max : last;
            if (walk.Read(reader, node + slots.Offset + (ulong)(i * reader.WordSize), out ulong child) && child != 0)
            {
                VisitMapleSlot(walk, layout, child, (first, last), kind == 1, depth);
            }

            if (last >= max)
            {
                return;
            }

            first = last + 1;
        }
    }

    private void VisitMapleSlot(Walk walk, MapleLayout layout, ulong child, (ulong First, ulong Last) range, bool isLeaf, int depth)
    {
        if (!isLeaf)
        {
            VisitMaple(walk, layout, child, range.First, range.Last, depth + 1);
        }
        else if ((child & 3) != 2 || child > LargestInternal)
        {
            walk.Add(child, range.First, range.Last);
        }
    }

    /// <summary>Where pivots and slots are in the two kinds of nodes.</summary>
    private sealed record MapleLayout((MemberLayout Pivots, MemberLayout Slots) Plain, (MemberLayout Pivots, MemberLayout Slots) Wide)
    {
        public static MapleLayout? Find(KernelTypes types) =>
            types.FindMember("maple_range_64", "pivot") is { } pivots && types.FindMember("maple_range_64", "slot") is { } slots
            && types.FindMember("maple_arange_64", "pivot") is { } widePivots && types.FindMember("maple_arange_64", "slot") is { } wideSlots
                ? new MapleLayout((pivots, slots), (widePivots, wideSlots))
                : null;
    }

    /// <summary>What was found, and the limits.</summary>
    private sealed class Walk(string name)
    {
        private readonly List<WalkItem> _items = [];
        private readonly HashSet<ulong> _seen = [];
        private string? _damage;
        private bool _isStopped;

        public bool IsGoing => !_isStopped;

        public void Add(ulong entry, ulong first, ulong last)
        {
            if (_items.Count >= MaxItems)
            {
                _isStopped = true;
                Stop(FormattableString.Invariant($"it has more than {MaxItems} entries"));
                return;
            }

            _items.Add(new WalkItem(new VirtAddr(entry), first, last));
        }

        public bool Enter(VirtAddr node) => _seen.Count < MaxNodes && _seen.Add(node.Value);

        public bool Read(KernelReader reader, VirtAddr at, out ulong value) => Read(reader, at, reader.WordSize, out value);

        public bool Read(KernelReader reader, VirtAddr at, int size, out ulong value)
        {
            ReadOutcome outcome = reader.ReadUInt(at, size, out value);
            if (!outcome.IsOk)
            {
                Stop(FormattableString.Invariant($"it breaks at {at}: {outcome}"));
            }

            return outcome.IsOk;
        }

        // The first damage is told; other branches may still be whole.
        public void Stop(string why) => _damage ??= name + ": " + why;

        public WalkResult Result() => new(_items, _damage);
    }
}
