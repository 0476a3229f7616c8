// LinkedWalksTests: hash lists and red-black trees, whole, broken and circular.
using VaQuest.Binary;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;
using Xunit;

namespace VaQuest.Kernel.Tests.Values;

public sealed class LinkedWalksTests
{
    private const ulong Head = 0x10000;

    private readonly FakeKernelMemory _memory = new();

    [Fact]
    public void WalksHashListsToNullOrMarker()
    {
        _memory.WriteUInt64(Head, 0x20000);
        _memory.WriteUInt64(0x20000, 0x30000);
        _memory.WriteUInt64(0x30000, 0);
        Assert.Equal((2, null), Summary(Walks().HashList(new VirtAddr(Head))));

        _memory.WriteUInt64(0x30000, 0x7);
        Assert.Equal((2, null), Summary(Walks().HashList(new VirtAddr(Head))));
    }

    [Fact]
    public void EndsCircularHashLists()
    {
        _memory.WriteUInt64(Head, 0x20000);
        _memory.WriteUInt64(0x20000, 0x20000);

        (int count, string? damage) = Summary(Walks().HashList(new VirtAddr(Head)));
        Assert.Equal(1, count);
        Assert.Contains("circle", damage, StringComparison.Ordinal);
    }

    [Fact]
    public void KeepsWhatPrecedesDamage()
    {
        _memory.WriteUInt64(Head, 0x20000);
        _memory.WriteUInt64(0x20000, 0x7000000);

        (int count, string? damage) = Summary(Walks().HashList(new VirtAddr(Head)));
        Assert.Equal(2, count);
        Assert.Contains("breaks at 0x7000000", damage, StringComparison.Ordinal);
    }

    [Fact]
    public void WalksTreesInOrder()
    {
        // struct rb_node: parent and colour, right, left.
        Node(0x20000, right: 0x40000, left: 0x30000);
        Node(0x30000, 0, 0);
        Node(0x40000, 0, 0x50000);
        Node(0x50000, 0, 0);
        _memory.WriteUInt64(Head, 0x20000);

        WalkResult walk = Walks().RedBlackTree(new VirtAddr(Head));
        Assert.Equal([0x30000UL, 0x20000, 0x50000, 0x40000], walk.Items.Select(item => item.Address.Value));
        Assert.Null(walk.Damage);
    }

    [Fact]
    public void EndsTreesThatRunInACircle()
    {
        Node(0x20000, 0, 0x30000);
        Node(0x30000, 0, 0x20000);
        _memory.WriteUInt64(Head, 0x20000);
        Assert.Contains("circle", Walks().RedBlackTree(new VirtAddr(Head)).Damage, StringComparison.Ordinal);

        Node(0x20000, 0x20000, 0);
        WalkResult walk = Walks().RedBlackTree(new VirtAddr(Head));
        Assert.Contains("circle", walk.Damage, StringComparison.Ordinal);
        Assert.Single(walk.Items);
    }

    [Fact]
    public void GoesOnBehindAMissingSubtree()
    {
        Node(0x20000, 0x40000, 0x7000000);
        Node(0x40000, 0, 0);
        _memory.WriteUInt64(Head, 0x20000);

        WalkResult walk = Walks().RedBlackTree(new VirtAddr(Head));
        Assert.Contains(new VirtAddr(0x40000), walk.Items.Select(item => item.Address));
        Assert.Contains("breaks at", walk.Damage, StringComparison.Ordinal);
    }

    private void Node(ulong at, ulong right, ulong left)
    {
        _memory.WriteUInt64(at, 1);
        _memory.WriteUInt64(at + 8, right);
        _memory.WriteUInt64(at + 16, left);
    }

    private LinkedWalks Walks() => new(_memory.Reader, new KernelTypes(VmcoreinfoTable.Parse(""u8), () => null));

    private static (int, string?) Summary(WalkResult walk) => (walk.Items.Count, walk.Damage);
}
