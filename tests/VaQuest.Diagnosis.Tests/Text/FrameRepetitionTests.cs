// FrameRepetitionTests: runs of equal frames; each letter is a frame.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Text;

public sealed class FrameRepetitionTests
{
    [Theory]
    [InlineData("aaaab", 0, 1, 4)]
    [InlineData("xabababab", 1, 2, 4)]
    [InlineData("abcabcabcabcabd", 0, 3, 4)]
    [InlineData("aaab", 0, 1, 1)]
    [InlineData("abcd", 0, 1, 1)]
    [InlineData("a", 0, 1, 1)]
    [InlineData("aaaa", 3, 1, 1)]
    public void Finds(string frames, int start, int length, int times) =>
        Assert.Equal((length, times), FrameRepetition.Find([.. frames.Select(Frame)], start));

    private static StackFrame Frame(char name) =>
        new() { Index = 0, Kind = FrameKind.Normal, Function = name.ToString(), Pc = new VirtAddr(name), Proof = FrameProof.Orc };
}
