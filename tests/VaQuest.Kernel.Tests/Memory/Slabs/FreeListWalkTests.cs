// FreeListWalkTests: plain and hardened free lists, whole and damaged.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Kernel.Memory.Slabs;
using Xunit;

namespace VaQuest.Kernel.Tests.Memory.Slabs;

public sealed class FreeListWalkTests
{
    private const ulong Start = 0x100000;
    private const ulong Size = 128;
    private const ulong PointerOffset = 64;
    private const ulong Random = 0x1234_5678_9abc_def0;

    private readonly FakeKernelMemory _memory = new();

    public enum Form
    {
        Plain,
        Hardened,
        HardenedBefore57,
    }

    [Theory]
    [InlineData(Form.Plain)]
    [InlineData(Form.Hardened)]
    [InlineData(Form.HardenedBefore57)]
    public void FollowsFreePointers(Form form)
    {
        Fill();
        Link(form, 3, 7);
        Link(form, 7, 0);
        Link(form, 0, null);

        FreeList list = Walk(form, 3);
        Assert.Equal([3, 7, 0], list.Indexes);
        Assert.Null(list.Damage);
    }

    [Fact]
    public void FollowsPointersBehindALeftRedZone()
    {
        Fill();
        SlabCache cache = Cache(Form.Plain) with { LeftRedZone = 16 };
        Slab slab = SlabOf(cache);
        _memory.WriteUInt64(slab.ObjectAt(2).Value + PointerOffset, slab.ObjectAt(5).Value);
        _memory.WriteUInt64(slab.ObjectAt(5).Value + PointerOffset, 0);

        Assert.Equal([2, 5], FreeListWalk.Walk(_memory.Reader, slab, slab.ObjectAt(2)).Indexes);
    }

    [Theory]
    [InlineData(Form.Plain)]
    [InlineData(Form.Hardened)]
    public void EndsInACircleAndSaysWhere(Form form)
    {
        Fill();
        Link(form, 3, 7);
        Link(form, 7, 3);

        FreeList list = Walk(form, 3);
        Assert.Equal([3, 7], list.Indexes);
        Assert.Contains("in the free object at 0x100380, leads back to 0x100180", list.Damage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x100181UL)]
    [InlineData(0x6b6b6b6b6b6b6b6bUL)]
    [InlineData(Start + (32 * Size))]
    public void EndsAtAWildPointer(ulong wild)
    {
        Fill();
        Link(Form.Plain, 3, 7);
        _memory.WriteUInt64(Start + (7 * Size) + PointerOffset, wild);

        FreeList list = Walk(Form.Plain, 3);
        Assert.Equal([3, 7], list.Indexes);
        Assert.Contains($"the free pointer at 0x1003c0, in the free object at 0x100380, leads to 0x{wild:x}", list.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void TellsAnOverwrittenHardenedPointer()
    {
        Fill();
        Link(Form.Hardened, 3, 7);
        _memory.WriteUInt64(Start + (7 * Size) + PointerOffset, 0);

        FreeList list = Walk(Form.Hardened, 3);
        Assert.Equal([3, 7], list.Indexes);
        Assert.Contains("which is no object of it", list.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void EndsWhereMemoryIsMissing()
    {
        Fill();
        Link(Form.Plain, 3, 7);
        _memory.Pages.Lose(Start, ReadStatus.Excluded);

        FreeList list = Walk(Form.Plain, 3);
        Assert.Equal([3], list.Indexes);
        Assert.Contains("page excluded from the dump", list.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void RejectsAHeadOutsideOfTheSlab()
    {
        FreeList list = FreeListWalk.Walk(_memory.Reader, SlabOf(Cache(Form.Plain)), new VirtAddr(0x900000));
        Assert.Empty(list.Indexes);
        Assert.Contains("head", list.Damage, StringComparison.Ordinal);
    }

    private void Fill() => _memory.Write(Start, new byte[32 * Size]);

    private void Link(Form form, int from, int? to)
    {
        ulong at = Start + ((ulong)from * Size) + PointerOffset;
        ulong target = to is { } index ? Start + ((ulong)index * Size) : 0;
        _memory.WriteUInt64(at, form switch
        {
            Form.Hardened => target ^ Random ^ BinaryPrimitives.ReverseEndianness(at),
            Form.HardenedBefore57 => target ^ Random ^ at,
            _ => target,
        });
    }

    private FreeList Walk(Form form, int head)
    {
        Slab slab = SlabOf(Cache(form));
        return FreeListWalk.Walk(_memory.Reader, slab, slab.ObjectAt(head));
    }

    private static SlabCache Cache(Form form) => new()
    {
        Address = new VirtAddr(0x500000),
        Name = "lab",
        Size = Size,
        ObjectSize = Size,
        FreePointerOffset = PointerOffset,
        Random = form == Form.Plain ? null : Random,
    };

    private static Slab SlabOf(SlabCache cache) => new()
    {
        Descriptor = new VirtAddr(0x600000),
        Start = new VirtAddr(Start),
        Bytes = 32 * Size,
        Cache = cache,
        ObjectCount = 32,
    };
}
