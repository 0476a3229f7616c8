// TokenCursor: a place in a list of tokens.
namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>Moves forwards only; the last token is the end, which is never passed.</summary>
internal sealed class TokenCursor(IReadOnlyList<Token> tokens)
{
    private int _at;

    public Token Current => tokens[_at];

    /// <summary>A token ahead of the current one; the end when there are fewer.</summary>
    public Token Ahead(int count) => tokens[Math.Min(_at + count, tokens.Count - 1)];

    public Token Take()
    {
        Token token = tokens[_at];
        _at = Math.Min(_at + 1, tokens.Count - 1);
        return token;
    }

    public void Expect(string op)
    {
        if (!Current.Is(op))
        {
            throw new ExpressionException($"\"{op}\" is missing here", Current.Start);
        }

        Take();
    }

    public Token ExpectName(string what) =>
        Current.Kind == TokenKind.Name ? Take() : throw new ExpressionException($"{what} is missing here", Current.Start);
}
