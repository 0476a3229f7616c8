// AddressMapTests: the table of addresses, beyond its first size.
using VaQuest.Kernel.Objects;
using Xunit;

namespace VaQuest.Kernel.Tests.Objects;

public sealed class AddressMapTests
{
    [Fact]
    public void FindsWhatWasAddedAfterGrowing()
    {
        var map = new AddressMap();
        for (int i = 0; i < 5000; i++)
        {
            Assert.True(map.TryAdd(0xff3eb6e200000000 + ((ulong)i * 4096), i));
        }

        Assert.Equal(5000, map.Count);
        Assert.Equal(4321, map.Find(0xff3eb6e200000000 + (4321UL * 4096)));
        Assert.Equal(-1, map.Find(0));
    }

    [Fact]
    public void KeepsTheFirstValueOfAKey()
    {
        var map = new AddressMap();

        Assert.True(map.TryAdd(0, 7));
        Assert.False(map.TryAdd(0, 8));
        Assert.Equal(7, map.Find(0));
    }
}
