// DmesgTextTests: log text as dmesg prints it.
using VaQuest.Kernel.Log;
using Xunit;

namespace VaQuest.Kernel.Tests.Log;

public sealed class DmesgTextTests
{
    [Fact]
    public void PrintsSecondsAndMicroseconds() =>
        Assert.Equal("[    8.467232] BUG: x\n", DmesgText.Render([Record("BUG: x", 8_467_232_999)]));

    [Fact]
    public void KeepsFiveDigitSecondsInLine() => Assert.Equal("[12345.000001] a\n", DmesgText.Render([Record("a", 12_345_000_001_000)]));

    [Fact]
    public void IndentsFurtherLinesOfARecord() =>
        Assert.Equal("[    0.000000] one\n               two\n", DmesgText.Render([Record("one\ntwo", 0)]));

    [Fact]
    public void JoinsContinuedLines() =>
        Assert.Equal("[    0.000000] ab\n", DmesgText.Render([Record("a", 0), Record("b", 5) with { ContinuesLine = true }]));

    [Fact]
    public void EscapesControlBytes() => Assert.Equal("[    0.000000] \\x1b[31mred\n", DmesgText.Render([Record("\u001b[31mred", 0)]));

    private static LogRecord Record(string text, ulong time) => new(0, time, 6, 0, text, null);
}
