// KasanShadowTests: addresses and bytes of KASAN's shadow, as a kernel with KASAN printed them.
using VaQuest.Binary;
using VaQuest.Kernel.Memory.Checkers;
using Xunit;

namespace VaQuest.Kernel.Tests.Memory.Checkers;

public sealed class KasanShadowTests
{
    /// <summary>An object, a stack and a module's variable; the shadow of the first is what its kernel's own instructions used.</summary>
    [Theory]
    [InlineData(0xff11000000b5f040, 0xffe21c000016be08)]
    [InlineData(0xffa0000000017c48, 0xfff3fc0000002f89)]
    [InlineData(0xffffffffc02a83b0, 0xfffffbfff8055076)]
    public void ShadowsAddresses(ulong address, ulong shadow)
    {
        Assert.Equal(shadow, KasanShadow.ShadowOf(new VirtAddr(address)).Value);
        Assert.Equal(address & ~7UL, KasanShadow.AddressOf(new VirtAddr(shadow)).Value);
    }

    [Theory]
    [InlineData(0x00, "all of the eight bytes may be accessed")]
    [InlineData(0x03, "only the first 3 of the eight bytes may be accessed")]
    [InlineData(0xfa, "a freed slab object")]
    [InlineData(0xfb, "a freed slab object")]
    [InlineData(0xfc, "a red zone of a slab")]
    [InlineData(0xf9, "the red zone of a global variable")]
    [InlineData(0xf3, "the red zone behind the variables of a stack frame")]
    [InlineData(0x42, "a value that KASAN does not use")]
    public void TellsWhatAByteMeans(byte value, string meaning) => Assert.Equal(meaning, KasanShadow.Meaning(value));
}
