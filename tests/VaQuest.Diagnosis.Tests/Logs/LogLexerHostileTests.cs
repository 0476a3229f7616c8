// LogLexerHostileTests: text made to be slow, large or misleading.
using VaQuest.Diagnosis.Logs;
using VaQuest.Diagnosis.Text;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Logs;

public sealed class LogLexerHostileTests
{
    [Fact]
    public void BoundsSpansOfAnEndlessLog()
    {
        string text = string.Concat(Enumerable.Repeat("RAX: 0000000000000000 RBX: 0000000000000000\n", 80_000));
        KernelLog log = LogLexer.Lex(text);
        Assert.False(log.IsComplete);
        Assert.InRange(log.Text.Spans.Count, LogLexer.MaxSpans, LogLexer.MaxSpans + 1000);
        Assert.Equal(text, log.Text.Text);
    }

    public static TheoryData<string> Repeated => new() { "+0x", "a+0x1/0x", ":", "a.c:", "[<", "[ ", ">", "<", "0", "RAX: ", "f+0x1/0x2 [", "\u001b[", "[<ffffffff", "RAX:0x+0x", " kernel:", "Jan ", "\r", "\0" };

    // Twice the text takes about twice the work; counted in spans and characters kept, not in time: a quadratic scan of 4 million
    // characters would need hours here and the test would never end.
    [Theory]
    [MemberData(nameof(Repeated))]
    public void EndsOnRepetition(string piece)
    {
        string text = string.Concat(Enumerable.Repeat(piece, 4_000_000 / piece.Length));
        KernelLog log = LogLexer.Lex(text);
        Assert.Equal(text.Length, log.Text.Text.Length);
        Assert.All(log.Text.Spans.Take(1000), span => Assert.InRange(span.End, 0, text.Length));
        _ = LogLexer.LooksLikeKernelLog(text);
    }

    [Fact]
    public void SurvivesRandomText()
    {
        var random = new Random(20261123);
        string[] words = ["RIP: 0010:", "f+0x1/0x2", "[", "]", "<", ">", "\n", "\r\n", "CPU: ", "PID: ", "Comm: ", " Not tainted ", "6.1.0", "Call Trace:", "ffff888012345678", "0x", ":", "a.c:9", "Modules linked in:", "---[ end ", "\ud83d", "\0", "Tainted: ", "Kernel Offset: "];
        for (int round = 0; round < 300; round++)
        {
            string text = string.Concat(Enumerable.Range(0, 200).Select(_ => words[random.Next(words.Length)]));
            KernelLog log = LogLexer.Lex(text);
            foreach (TextSpan span in log.Text.Spans)
            {
                Assert.InRange(span.Start, 0, text.Length);
                Assert.InRange(span.End, span.Start + 1, text.Length);
                Assert.DoesNotContain('\n', text.AsSpan(span.Start, span.Length).ToString());
            }

            Assert.All(log.Text.Sections, section => Assert.InRange(section.EndLine, section.StartLine, log.Text.LineCount - 1));
        }
    }

    [Theory]
    [InlineData("f+0x11111111111111111/0x20")]
    [InlineData("f+0x1/0x11111111111111111")]
    [InlineData("f+0x/0x2")]
    [InlineData("+0x1/0x2")]
    [InlineData("123+0x1/0x2")]
    public void RejectsMalformedSymbol(string text) => Assert.Empty(LogLexer.Lex(text).Frames);

    [Theory]
    [InlineData("CPU: 99999999999999 PID: 99999999999999 Comm: x Not tainted ../../etc #1")]
    [InlineData("CPU: 1 PID: 1 Comm: x Not tainted 6.1/../../x")]
    [InlineData("CPU: PID: Comm: Not tainted ")]
    [InlineData("CPU: 1 PID: 1 Comm: ")]
    public void TakesNoPathAsRelease(string text)
    {
        string? release = LogLexer.Lex(text).Release;
        Assert.True(release is null || !release.Contains('/', StringComparison.Ordinal));
    }
}
