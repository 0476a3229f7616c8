// ExpressionEvaluatorHostileTests: damaged and endless expressions end with a reason.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Expressions;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Dwarf.Expressions;

public sealed class ExpressionEvaluatorHostileTests
{
    private static readonly DwarfEncoding s_encoding = new(5, 8, 4, false);

    [Theory]
    [InlineData("22", "empty stack")] // plus without operands
    [InlineData("31 22", "empty stack")]
    [InlineData("9f", "empty stack")]
    [InlineData("31 15 05", "empty stack")] // pick beyond the stack
    [InlineData("17", "empty stack")]
    [InlineData("31 30 1b", "division by zero")]
    [InlineData("31 30 1d", "division by zero")]
    [InlineData("02", "not known")] // no such operation
    [InlineData("03 01 02", "more are needed")] // address cut
    [InlineData("9e 7f 01", "ends behind")] // block longer than the expression
    [InlineData("a3 ff ff ff ff ff ff ff ff 7f 50", "ends behind")]
    [InlineData("2f 10 00", "leaves")] // skip forwards
    [InlineData("2f f0 ff", "leaves")] // skip backwards
    [InlineData("94", "needed")]
    [InlineData("31 94 00", "reads 0 bytes")]
    [InlineData("31 94 09", "reads 9 bytes")]
    [InlineData("50 51", "two locations")]
    [InlineData("50 93 04 31", "follows its last piece")]
    [InlineData("31 a8 05", "outside of a unit")]
    [InlineData("a1 05", "outside of a unit")]
    [InlineData("90 ff ff ff 7f", "too large")]
    [InlineData("93 ff ff ff ff ff 7f", "pieces")]
    public void GivesAReasonForDamage(string code, string reason)
    {
        DwarfLocation location = new ExpressionEvaluator(s_encoding, ExpressionEvaluatorTests.Frame()).Evaluate(ExpressionEvaluatorTests.Hex(code));

        Assert.Equal(LocationKind.Absent, location.Kind);
        Assert.Contains(reason, location.Reason!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void EndsAnEndlessLoop() => AssertReason([0x2f, 0xfd, 0xff], "longer than");

    [Fact]
    public void EndsAStackThatGrows() => AssertReason([0x31, 0x12, 0x2f, 0xfc, 0xff], "grows above");

    [Fact]
    public void EndsAMultitudeOfPieces() => AssertReason([.. Enumerable.Repeat<byte[]>([0x50, 0x93, 0x01], 1000).SelectMany(piece => piece)], "pieces");

    [Fact]
    public void AcceptsAsManyPiecesAsTheLimit()
    {
        byte[] code = [.. Enumerable.Repeat<byte[]>([0x50, 0x93, 0x01], 256).SelectMany(piece => piece)];
        Assert.Equal(256, new ExpressionEvaluator(s_encoding, ExpressionEvaluatorTests.Frame()).Evaluate(code).Pieces.Count);
    }

    [Fact]
    public void RefusesEntryValuesNestedWithoutEnd()
    {
        byte[] code = [0x55];
        for (int i = 0; i < 60; i++)
        {
            code = [0xa3, (byte)code.Length, .. code];
        }

        Assert.Throws<DumpFormatException>(() => ExpressionEvaluator.Check(code, s_encoding));
    }

    /// <summary>No input makes anything but an answer: all two-byte programs behind a value, and random longer ones.</summary>
    [Fact]
    public void AnswersWhateverTheBytes()
    {
        var evaluator = new ExpressionEvaluator(s_encoding, ExpressionEvaluatorTests.Frame());
        for (int i = 0; i < 0x10000; i++)
        {
            Assert.NotNull(evaluator.Evaluate([0x31, 0x32, unchecked((byte)i), unchecked((byte)(i >> 8))]));
        }

        var random = new Random(20051);
        byte[] code = new byte[40];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(code);
            Assert.NotNull(evaluator.Evaluate(code));
        }
    }

    private static void AssertReason(byte[] code, string reason)
    {
        DwarfLocation location = new ExpressionEvaluator(s_encoding, ExpressionEvaluatorTests.Frame()).Evaluate(code);
        Assert.Contains(reason, location.Reason?.Text, StringComparison.Ordinal);
    }
}
