// TaintNamesTests: taint bits against Documentation/admin-guide/tainted-kernels.rst.
using VaQuest.Kernel.Facts;
using Xunit;

namespace VaQuest.Kernel.Tests.Facts;

public sealed class TaintNamesTests
{
    [Fact]
    public void NamesOutOfTreeAndUnsigned()
    {
        Assert.Equal(["out-of-tree", "unsigned"], TaintNames.Names(0x3000));
        Assert.Equal("OE", TaintNames.Letters(0x3000));
    }

    [Fact]
    public void KeepsBitsThatAreNotKnown() => Assert.Equal(["warned", "taint-40"], TaintNames.Names((1UL << 40) | 0x200));
}
