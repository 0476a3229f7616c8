// CallFrameExpressionTests: expressions in call frame rules.
using VaQuest.DebugInfo.Frames;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Frames;

public sealed class CallFrameExpressionTests
{
    [Theory]
    [InlineData(new byte[] { 0x77, 0x08 }, 0x1007UL + 8)] // breg7 8
    [InlineData(new byte[] { 0x76, 0x78, 0x06 }, 0xffeUL * 2)] // breg6 -8, deref: what GCC makes of a realigned stack
    [InlineData(new byte[] { 0x92, 3, 0 }, 0x1003UL)] // bregx rbx
    [InlineData(new byte[] { 0x35, 0x33, 0x1c }, 2UL)] // 5 - 3
    [InlineData(new byte[] { 0x09, 0xff, 0x1f }, 1UL)] // -(-1)
    [InlineData(new byte[] { 0x31, 0x32, 0x33, 0x17, 0x13, 0x1c }, 2UL)] // 1 2 3 rot drop: 3 - 1
    [InlineData(new byte[] { 0x31, 0x32, 0x16, 0x1c }, 1UL)] // swap
    [InlineData(new byte[] { 0x38, 0x32, 0x1b }, 4UL)] // 8 / 2
    [InlineData(new byte[] { 0x31, 0x28, 1, 0, 0x3f, 0x34 }, 4UL)] // bra over lit15
    [InlineData(new byte[] { 0x30, 0x23, 0x80, 0x01 }, 128UL)] // plus_uconst
    [InlineData(new byte[] { 0x0a, 0x34, 0x12, 0x08, 0xff, 0x1a }, 0x34UL)] // and
    public void Evaluates(byte[] expression, ulong expected) => Assert.Equal(expected, Run(expression));

    [Fact]
    public void StartsWithTheCfa() =>
        Assert.Equal(0x500UL - 16, CallFrameExpression.Evaluate([0x40, 0x1c], 0x500, _ => null, _ => null));

    [Theory]
    [InlineData(new byte[] { 0x2f, 0xfd, 0xff })] // skip -3: for ever
    [InlineData(new byte[] { 0x31, 0x12, 0x2f, 0xfc, 0xff })] // pushes for ever
    [InlineData(new byte[] { 0x1c })] // nothing on the stack
    [InlineData(new byte[] { 0x31, 0x30, 0x1b })] // 1 / 0
    [InlineData(new byte[] { 0x0e, 1 })] // cut
    [InlineData(new byte[] { 0x2f, 0x10, 0 })] // skip behind the end
    [InlineData(new byte[] { 0x91, 0 })] // fbreg has no meaning here
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x7c, 0 })] // breg12, which is lost
    [InlineData(new byte[] { 0x31, 0x94, 9 })] // loads nine bytes
    public void HasNoValueWhenTheExpressionIsBad(byte[] expression) => Assert.Null(Run(expression));

    private static ulong? Run(byte[] expression) =>
        CallFrameExpression.Evaluate(expression, null, register => register == 12 ? null : 0x1000UL + (ulong)register, address => address * 2);
}
