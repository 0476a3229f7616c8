// TokenKind: the kinds of tokens of C expressions.
namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>Kinds of tokens.</summary>
internal enum TokenKind
{
    End,
    Name,
    Number,
    Character,
    Text,
    Operator,
}
