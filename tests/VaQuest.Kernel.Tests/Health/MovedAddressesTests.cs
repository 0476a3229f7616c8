// MovedAddressesTests: code that differs because the image was moved.
using VaQuest.Kernel.Health;
using Xunit;

namespace VaQuest.Kernel.Tests.Health;

public sealed class MovedAddressesTests
{
    private const ulong Slide = 0x14000000;

    /// <summary>mov %fs:0xc1e80808, %ebx of do_exit() in Debian's 6.1 for i386, linked and as it ran.</summary>
    [Fact]
    public void ExplainsAnAddressThatMovedWithTheImage() =>
        Assert.Equal(new bool[7], Clear(Convert.FromHexString("648b1d0808e8c1"), Convert.FromHexString("648b1d0808e8d5")));

    [Fact]
    public void LeavesOtherDifferences()
    {
        bool[] differs = Clear(Convert.FromHexString("e84bbdfdff"), Convert.FromHexString("3e8d742600"));
        Assert.True(differs[0]);
        Assert.Equal([false, true, false, false, false], Clear([0x90, 0x90, 0x90, 0x90, 0x90], [0x90, 0xcc, 0x90, 0x90, 0x90]));
    }

    private static bool[] Clear(byte[] expected, byte[] found)
    {
        bool[] differs = [.. expected.Zip(found, (left, right) => left != right)];
        MovedAddresses.Clear(differs, expected, found, Slide);
        return differs;
    }
}
