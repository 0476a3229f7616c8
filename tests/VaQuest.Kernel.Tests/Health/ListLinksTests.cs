// ListLinksTests: a list entry is broken only when one neighbour proves that it is a list.
using VaQuest.Binary;
using VaQuest.Kernel.Health;
using Xunit;

namespace VaQuest.Kernel.Tests.Health;

public sealed class ListLinksTests
{
    private const ulong Before = 0xffff_8880_0000_1000;
    private const ulong Entry = 0xffff_8880_0000_2000;
    private const ulong After = 0xffff_8880_0000_3000;
    private const ulong Elsewhere = 0xffff_8880_0000_4000;

    [Fact]
    public void AcceptsAListThatIsWhole() => Assert.Null(ListLinks.Check(Whole().Reader, new VirtAddr(Entry)));

    [Fact]
    public void FindsTheNeighbourThatDoesNotPointBack()
    {
        FakeKernelMemory memory = Whole();
        memory.WriteUInt64(After + 8, Elsewhere);
        BrokenLink? broken = ListLinks.Check(memory.Reader, new VirtAddr(Entry));
        Assert.Equal(new BrokenLink(new VirtAddr(Entry), true, new VirtAddr(After), new VirtAddr(Elsewhere)), broken);

        memory = Whole();
        memory.WriteUInt64(Before, Elsewhere);
        broken = ListLinks.Check(memory.Reader, new VirtAddr(Entry));
        Assert.Equal(new BrokenLink(new VirtAddr(Entry), false, new VirtAddr(Before), new VirtAddr(Elsewhere)), broken);
    }

    [Theory]
    [InlineData(0UL, 0UL)] // Never initialised.
    [InlineData(Entry, Entry)] // Empty.
    [InlineData(0xdead_0000_0000_0100, 0xdead_0000_0000_0122)] // Deleted.
    [InlineData(After, 0xdead_0000_0000_0122)] // Deleted under RCU: readers still follow next.
    [InlineData(0x7fff_0000_1000UL, 0x7fff_0000_2000UL)] // A user's addresses.
    [InlineData(0x100UL, 0x122UL)] // Deleted, without a poison offset.
    [InlineData(Elsewhere, Elsewhere + 8)] // Nobody points back: perhaps no list at all.
    public void SaysNothingOfWhatIsNoProof(ulong next, ulong previous)
    {
        FakeKernelMemory memory = Whole();
        memory.WriteUInt64(Entry, next);
        memory.WriteUInt64(Entry + 8, previous);
        if (next != After)
        {
            memory.WriteUInt64(Before, 0);
            memory.WriteUInt64(After + 8, 0);
        }

        memory.WriteUInt64(Elsewhere, 0);
        memory.WriteUInt64(Elsewhere + 16, 0);
        Assert.Null(ListLinks.Check(memory.Reader, new VirtAddr(Entry)));
    }

    [Fact]
    public void SaysNothingOfAPageThatIsNotInTheDump()
    {
        FakeKernelMemory memory = Whole();
        memory.WriteUInt64(Entry, 0xffff_8880_7777_0000);
        Assert.Null(ListLinks.Check(memory.Reader, new VirtAddr(Entry)));
    }

    private static FakeKernelMemory Whole()
    {
        var memory = new FakeKernelMemory();
        memory.WriteUInt64(Before, Entry);
        memory.WriteUInt64(Before + 8, After);
        memory.WriteUInt64(Entry, After);
        memory.WriteUInt64(Entry + 8, Before);
        memory.WriteUInt64(After, Before);
        memory.WriteUInt64(After + 8, Entry);
        return memory;
    }
}
