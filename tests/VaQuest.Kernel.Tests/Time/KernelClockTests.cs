// KernelClockTests: jiffies of 64-bit and 32-bit kernels.
using VaQuest.Kernel.Time;
using Xunit;

namespace VaQuest.Kernel.Tests.Time;

public sealed class KernelClockTests
{
    /// <summary>A timer of a 32-bit kernel expires in 32 bits: 174 comes soon after 0xfffed186, and is not 16 million seconds ago.</summary>
    [Fact]
    public void WrapsWithTheWordsOfA32BitKernel()
    {
        var clock = new KernelClock(4294894342, 250, null, WordSize: 4);
        Assert.Equal((4294967296 - 4294894342 + 174) / 250.0, clock.SecondsTo(174));
        Assert.Equal(0.016, clock.SecondsTo(4294894346));
        Assert.Equal(-0.004, clock.SecondsTo(4294894341));
    }

    [Fact]
    public void CountsAllBitsOfA64BitKernel()
    {
        var clock = new KernelClock(4294967400, 250, null);
        Assert.Equal(-(4294967400L - 174) / 250.0, clock.SecondsTo(174));
        Assert.Equal(4.0, clock.SecondsTo(4294968400));
    }
}
