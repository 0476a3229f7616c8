// TaskStateTests: state letters against fs/proc/array.c, by hand.
using VaQuest.Kernel.Tasks;
using Xunit;

namespace VaQuest.Kernel.Tests.Tasks;

public sealed class TaskStateTests
{
    [Theory]
    [InlineData(0, 0, "R")]
    [InlineData(1, 0, "S")]
    [InlineData(2, 0, "D")]
    [InlineData(0x102, 0, "D")]
    [InlineData(0x402, 0, "I")]
    [InlineData(4, 0, "T")]
    [InlineData(8, 0, "t")]
    [InlineData(0x40, 0, "P")]
    [InlineData(0x80, 0x20, "Z")]
    [InlineData(0x80, 0x10, "X")]
    [InlineData(0x1000, 0, "D")]
    public void MatchesTheLettersOfPs(int state, int exitState, string letter) =>
        Assert.Equal(letter, TaskState.Letter((ulong)state, (ulong)exitState));

    [Fact]
    public void EscapesControlBytesInNames() => Assert.Equal("a\\x1b[2Jb\\\\", CommText.Escape("a\u001b[2Jb\\"));
}
