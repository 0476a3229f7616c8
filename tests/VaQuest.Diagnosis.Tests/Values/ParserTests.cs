// ParserTests: C expressions and types, and what is wrong with bad ones.
using System.Globalization;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Values.Expressions;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Values;

public sealed class ParserTests
{
    [Theory]
    [InlineData("1 + 2 * 3", "(1+(2*3))")]
    [InlineData("a - b - c", "((a-b)-c)")]
    [InlineData("a << 1 + 1", "(a<<(1+1))")]
    [InlineData("a & b == c", "(a&(b==c))")]
    [InlineData("a || b && c", "(a||(b&&c))")]
    [InlineData("!a->b.c[2]", "!a.b.c[2]")]
    [InlineData("a ? b : c ? d : e", "a?b:c?d:e")]
    [InlineData("(struct thing *)p", "(struct thing *)p")]
    [InlineData("(u32)x + 1", "((u32)x+1)")]
    [InlineData("(x) + 1", "(x+1)")]
    [InlineData("sizeof(struct thing)", "sizeof(struct thing)")]
    [InlineData("sizeof x", "sizeof x")]
    [InlineData("&a[0]", "&a[0]")]
    [InlineData("0x10 + 010 + 'A'", "((16+8)+65)")]
    [InlineData("container_of(p, struct thing, a.b)", "container_of(p,struct thing,a.b)")]
    [InlineData("xarray(&x)", "xarray(&x)")]
    [InlineData("-1 - -1", "(-1--1)")]
    public void ParsesAsCDoes(string expression, string expected) => Assert.Equal(expected, Render(Parser.Parse(expression, new Names())));

    [Theory]
    [InlineData("", 0)]
    [InlineData("1 +", 3)]
    [InlineData("(1", 2)]
    [InlineData("a b", 2)]
    [InlineData("a.5", 2)]
    [InlineData("a[1", 3)]
    [InlineData("a = 5", 2)]
    [InlineData("$", 0)]
    [InlineData("1x", 0)]
    [InlineData("99999999999999999999", 0)]
    [InlineData("\"open", 0)]
    [InlineData("''", 0)]
    [InlineData("kmalloc(5)", 0)]
    [InlineData("(struct nothing *)1", 8)]
    [InlineData("offsetof(struct thing)", 21)]
    [InlineData("a ? b", 5)]
    [InlineData("*p++", 4)]
    public void PointsAtTheCharacter(string expression, int position) =>
        Assert.Equal(position, Assert.Throws<ExpressionException>(() => Parser.Parse(expression, new Names())).Position);

    [Fact]
    public void BoundsNesting()
    {
        Assert.Throws<ExpressionException>(() => Parser.Parse(new string('(', 4000), new Names()));
        Assert.Throws<ExpressionException>(() => Parser.Parse(new string('-', 4000) + "1", new Names()));
        Assert.Throws<ExpressionException>(() => Parser.Parse(new string('1', 5000), new Names()));
        Assert.Throws<ExpressionException>(() => Parser.ParseType("int " + new string('*', 100), new Names()));
        Assert.NotNull(Parser.Parse(string.Join('+', Enumerable.Repeat("1", 50)), new Names()));
    }

    [Theory]
    [InlineData("struct thing *", "struct thing *")]
    [InlineData("const unsigned long", "unsigned long")]
    [InlineData("long long unsigned int", "unsigned long long")]
    [InlineData("char [16]", "char [16]")]
    [InlineData("int (*)[4]", "int (*)[4]")]
    [InlineData("void (*)(int, struct thing *)", "void (*)(void)")]
    [InlineData("u32 **", "u32 **")]
    public void ParsesTypes(string text, string expected) => Assert.Equal(expected, TypeText.Of(Parser.ParseType(text, new Names())));

    private static string Render(ExpressionNode node) => node switch
    {
        ExpressionNode.Number number => number.Bits.ToString(CultureInfo.InvariantCulture),
        ExpressionNode.Name name => name.Value,
        ExpressionNode.Unary unary => unary.Op + Render(unary.Operand),
        ExpressionNode.Binary binary => $"({Render(binary.Left)}{binary.Op}{Render(binary.Right)})",
        ExpressionNode.Conditional c => $"{Render(c.Test)}?{Render(c.Then)}:{Render(c.Else)}",
        ExpressionNode.Member member => $"{Render(member.Object)}.{member.Field}",
        ExpressionNode.Index index => $"{Render(index.Array)}[{Render(index.At)}]",
        ExpressionNode.Cast cast => $"({TypeText.Of(cast.Type)}){Render(cast.Operand)}",
        ExpressionNode.SizeOf size => size.Type is { } type ? $"sizeof({TypeText.Of(type)})" : $"sizeof {Render(size.Operand!)}",
        ExpressionNode.Call call => $"{call.Function}({string.Join(',', call.Arguments.Select(Render))})",
        ExpressionNode.TypeName type => TypeText.Of(type.Type),
        ExpressionNode.Path path => path.Value,
        _ => node.ToString(),
    };

    private sealed class Names : ITypeNames
    {
        public BasicTypes Basic { get; } = new(8);

        public CType? FindStruct(string tag) => tag == "thing" ? new StructType("thing", false, 8, []) : null;

        public CType? FindEnum(string tag) => null;

        public CType? FindTypedef(string name) => name == "u32" ? new TypedefType("u32", FixedType.To(BasicTypes.UnsignedInt)) : null;
    }
}
