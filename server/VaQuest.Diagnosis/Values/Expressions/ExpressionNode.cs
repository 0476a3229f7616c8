// ExpressionNode: a parsed C expression.
using VaQuest.DebugInfo.Types;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>A node of the tree. Immutable.</summary>
/// <param name="Position">The character that errors of this node point at.</param>
internal abstract record ExpressionNode(int Position)
{
    public sealed record Number(int Position, UInt128 Bits, CType Type) : ExpressionNode(Position);

    public sealed record Text(int Position, string Value) : ExpressionNode(Position);

    public sealed record Name(int Position, string Value) : ExpressionNode(Position);

    public sealed record Unary(int Position, string Op, ExpressionNode Operand) : ExpressionNode(Position);

    public sealed record Binary(int Position, string Op, ExpressionNode Left, ExpressionNode Right) : ExpressionNode(Position);

    public sealed record Conditional(int Position, ExpressionNode Test, ExpressionNode Then, ExpressionNode Else) : ExpressionNode(Position);

    public sealed record Member(int Position, ExpressionNode Object, string Field) : ExpressionNode(Position);

    public sealed record Index(int Position, ExpressionNode Array, ExpressionNode At) : ExpressionNode(Position);

    public sealed record Cast(int Position, CType Type, ExpressionNode Operand) : ExpressionNode(Position);

    public sealed record SizeOf(int Position, CType? Type, ExpressionNode? Operand) : ExpressionNode(Position);

    public sealed record Call(int Position, string Function, IReadOnlyList<ExpressionNode> Arguments) : ExpressionNode(Position);

    /// <summary>A type where a helper wants one: container_of(p, struct x, member).</summary>
    public sealed record TypeName(int Position, CType Type) : ExpressionNode(Position);

    /// <summary>A member path where a helper wants one.</summary>
    public sealed record Path(int Position, string Value) : ExpressionNode(Position);
}
