// CpuMaskTests: sets of CPUs as people write them.
using VaQuest.Kernel.Cpus;
using Xunit;

namespace VaQuest.Kernel.Tests.Cpus;

public sealed class CpuMaskTests
{
    [Theory]
    [InlineData(new int[] { }, "none")]
    [InlineData(new[] { 3 }, "3")]
    [InlineData(new[] { 0, 1, 2, 3, 7, 9, 10 }, "0-3,7,9-10")]
    public void WritesRanges(int[] cpus, string text) => Assert.Equal(text, CpuMask.Format(cpus));
}
