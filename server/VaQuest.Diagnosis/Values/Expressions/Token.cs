// Token: one token of a C expression.
namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>A token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As written; of a text or character what it stands for.</param>
/// <param name="Start">Characters from the start of the expression.</param>
/// <param name="Length">Characters as written.</param>
internal sealed record Token(TokenKind Kind, string Text, int Start, int Length)
{
    public bool Is(string op) => Kind == TokenKind.Operator && Text == op;
}
