// SourcePathTests: how the parts of a source path become one.
using VaQuest.TestKit.Dwarf;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Dwarf;

public sealed class SourcePathTests
{
    [Theory]
    [InlineData("/build/linux", "/build/linux/main.c")]
    [InlineData("/build/linux/", "/build/linux/main.c")]
    [InlineData("/build/./linux/../linux", "/build/linux/main.c")]
    [InlineData("/../build", "/build/main.c")]
    [InlineData("../build", "../build/main.c")]
    [InlineData(".", "main.c")]
    [InlineData("", "main.c")]
    public void JoinsAndFolds(string compilationDirectory, string expected)
    {
        var image = DwarfImageTests.Open(new SampleUnit { CompilationDirectory = compilationDirectory });

        Assert.Equal(expected, image.FindFrames(0x1100)!.Frames[0].Location!.File);
    }
}
