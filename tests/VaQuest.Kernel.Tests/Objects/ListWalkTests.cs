// ListWalkTests: kernel lists, whole and broken.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using Xunit;

namespace VaQuest.Kernel.Tests.Objects;

public sealed class ListWalkTests
{
    private const ulong Head = 0x10000;
    private const ulong LinkOffset = 0x20;

    private readonly FakeKernelMemory _memory = new();

    [Fact]
    public void GivesTheStructuresThatHoldTheLinks()
    {
        Link(Head, 0x21000, 0x22000, 0x23000);

        Assert.Equal([0x21000 - LinkOffset, 0x22000 - LinkOffset, 0x23000 - LinkOffset], Read(out string? damage));
        Assert.Null(damage);
    }

    [Fact]
    public void GivesNothingForAnEmptyList()
    {
        Link(Head);

        Assert.Empty(Read(out string? damage));
        Assert.Null(damage);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0xdead000000000100UL)]
    [InlineData(0x0000700000000000UL)]
    public void ReachesEntriesBehindDamageFromTheOtherSide(ulong badLink)
    {
        Link(Head, 0x21000, 0x22000, 0x23000);
        _memory.WriteUInt64(0x21000, badLink);

        Assert.Contains(0x23000 - LinkOffset, Read(out string? damage));
        Assert.Contains(0x22000 - LinkOffset, Read(out _));
        Assert.NotNull(damage);
    }

    [Fact]
    public void EndsOnACircleThatLeavesTheHeadOut()
    {
        Link(Head, 0x21000, 0x22000);
        _memory.WriteUInt64(0x22000, 0x21000);

        Assert.Equal(2, Read(out string? damage).Count);
        Assert.Contains("circle", damage);
    }

    [Fact]
    public void EndsAtItsLimit()
    {
        Link([Head, .. Enumerable.Range(1, 50).Select(i => 0x20000 + ((ulong)i * 0x1000))]);

        IReadOnlyList<VirtAddr> found = ListWalk.Read(_memory.Reader, new VirtAddr(Head), LinkOffset, 10, out string? damage);

        Assert.InRange(found.Count, 10, 12);
        Assert.Contains("more than 10", damage);
    }

    private List<ulong> Read(out string? damage) =>
        [.. ListWalk.Read(_memory.Reader, new VirtAddr(Head), LinkOffset, 1000, out damage).Select(address => address.Value)];

    private void Link(params ulong[] links)
    {
        for (int i = 0; i < links.Length; i++)
        {
            _memory.WriteUInt64(links[i], links[(i + 1) % links.Length]);
            _memory.WriteUInt64(links[i] + 8, links[(i + links.Length - 1) % links.Length]);
        }
    }
}
