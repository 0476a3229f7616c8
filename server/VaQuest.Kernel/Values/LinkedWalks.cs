// LinkedWalks: lists and rb-trees.
using VaQuest.Binary;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Values;

/// <summary>
/// Walks structures whose nodes are members of the objects they link. Every walk has a limit and a cycle check; what was read before damage
/// is kept. Never throws on data.
/// </summary>
public sealed class LinkedWalks(KernelReader reader, KernelTypes types)
{
    /// <summary>Entries of one walk; the largest lists of a kernel (all dentries of a hash) are longer, but nobody reads them by eye.</summary>
    public const int MaxItems = 100_000;

    /// <summary>Depth of an rb-tree: twice the logarithm of the number of nodes that fit into memory.</summary>
    private const int MaxDepth = 128;

    /// <summary>A circular list (struct list_head). The head itself is no entry.</summary>
    public WalkResult List(VirtAddr head)
    {
        VirtAddr[] nodes = ListWalk.Read(reader, head, 0, MaxItems, out string? damage);
        return new WalkResult([.. nodes.Select(node => new WalkItem(node))], damage);
    }

    /// <summary>A hash list (struct hlist_head), or one with nulls markers (struct hlist_nulls_head).</summary>
    public WalkResult HashList(VirtAddr head) => Chain(head, "the hash list", value => (value & 1) != 0);

    /// <summary>A lock-less list (struct llist_head).</summary>
    public WalkResult LocklessList(VirtAddr head) => Chain(head, "the lock-less list", _ => false);

    /// <summary>A red-black tree (struct rb_root), in order.</summary>
    public WalkResult RedBlackTree(VirtAddr root)
    {
        var items = new List<WalkItem>();
        ulong left = types.FindMember("rb_node", "rb_left")?.Offset ?? 16;
        ulong right = types.FindMember("rb_node", "rb_right")?.Offset ?? 8;
        var seen = new HashSet<ulong>();
        var open = new Stack<ulong>();
        if (!Read(root, "the tree", root, out ulong at, out string? damage))
        {
            return new WalkResult(items, damage);
        }

        while (at != 0 || open.Count > 0)
        {
            while (at != 0)
            {
                if (!seen.Add(at) || open.Count >= MaxDepth || items.Count + open.Count >= MaxItems)
                {
                    return new WalkResult(items, Stop("the tree", root, at, seen.Count >= MaxItems));
                }

                open.Push(at);
                if (!Read(new VirtAddr(at) + left, "the tree", root, out at, out string? leftDamage))
                {
                    // What is left of the damage is not known; the rest is in order from here.
                    damage ??= leftDamage;
                    at = 0;
                }
            }

            ulong node = open.Pop();
            items.Add(new WalkItem(new VirtAddr(node)));
            if (!Read(new VirtAddr(node) + right, "the tree", root, out at, out string? rightDamage))
            {
                damage ??= rightDamage;
                at = 0;
            }
        }

        return new WalkResult(items, damage);
    }

    private WalkResult Chain(VirtAddr head, string what, Func<ulong, bool> isEnd)
    {
        var items = new List<WalkItem>();
        var seen = new HashSet<ulong>();
        VirtAddr link = head;
        while (true)
        {
            if (!Read(link, what, head, out ulong next, out string? damage))
            {
                return new WalkResult(items, damage);
            }

            if (next == 0 || isEnd(next))
            {
                return new WalkResult(items, null);
            }

            if (!seen.Add(next) || items.Count >= MaxItems)
            {
                return new WalkResult(items, Stop(what, head, next, items.Count >= MaxItems));
            }

            items.Add(new WalkItem(new VirtAddr(next)));
            link = new VirtAddr(next);
        }
    }

    private bool Read(VirtAddr at, string what, VirtAddr head, out ulong value, out string? damage)
    {
        ReadOutcome outcome = reader.ReadUInt(at, reader.WordSize, out value);
        damage = outcome.IsOk ? null : FormattableString.Invariant($"{what} at {head} breaks at {at}: {outcome}");
        return outcome.IsOk;
    }

    private static string Stop(string what, VirtAddr head, ulong at, bool isLimit) => isLimit
        ? FormattableString.Invariant($"{what} at {head} has more than {MaxItems} entries")
        : FormattableString.Invariant($"{what} at {head} runs in a circle at 0x{at:x}");
}
