// Lexer: C expressions to tokens.
using System.Text;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>Cuts an expression into tokens. Throws <see cref="ExpressionException"/> at the character that fits nowhere.</summary>
internal static class Lexer
{
    /// <summary>Characters of an expression: typed by a person, or a name in a source line.</summary>
    private const int MaxLength = 4096;

    private static readonly string[] s_operators =
    [
        "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "->", "+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "<", ">", "?", ":", "(", ")", "[", "]",
        ".", ",",
    ];

    public static List<Token> Read(string expression)
    {
        if (expression.Length > MaxLength)
        {
            throw new ExpressionException($"the expression is longer than {MaxLength} characters", MaxLength);
        }

        var tokens = new List<Token>();
        int at = 0;
        while (true)
        {
            while (at < expression.Length && char.IsWhiteSpace(expression[at]))
            {
                at++;
            }

            if (at >= expression.Length)
            {
                tokens.Add(new Token(TokenKind.End, "", expression.Length, 0));
                return tokens;
            }

            Token token = ReadOne(expression, at);
            tokens.Add(token);
            at += token.Length;
        }
    }

    private static Token ReadOne(string text, int at)
    {
        char c = text[at];
        if (char.IsAsciiLetter(c) || c == '_')
        {
            return Take(TokenKind.Name, text, at, IsNamePart);
        }

        if (char.IsAsciiDigit(c))
        {
            return Take(TokenKind.Number, text, at, char.IsAsciiLetterOrDigit);
        }

        if (c is '"' or '\'')
        {
            return ReadQuoted(text, at, c);
        }

        foreach (string op in s_operators)
        {
            if (string.CompareOrdinal(text, at, op, 0, op.Length) == 0)
            {
                return new Token(TokenKind.Operator, op, at, op.Length);
            }
        }

        throw new ExpressionException("this character has no meaning in an expression", at);
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$';

    private static Token Take(TokenKind kind, string text, int at, Func<char, bool> isPart)
    {
        int end = at;
        while (end < text.Length && isPart(text[end]))
        {
            end++;
        }

        // Kernel symbols such as foo.isra.0 have dots; C has none in names, so they are quoted or cast from an address.
        return new Token(kind, text[at..end], at, end - at);
    }

    private static Token ReadQuoted(string text, int start, char quote)
    {
        var value = new StringBuilder();
        int at = start + 1;
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
                value.Append(text[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', var other => other });
            }
            else
            {
                value.Append(text[at]);
            }

            at++;
        }

        if (at >= text.Length)
        {
            throw new ExpressionException(quote == '"' ? "the text has no closing quote" : "the character has no closing quote", start);
        }

        if (quote == '\'' && value.Length != 1)
        {
            throw new ExpressionException("a character constant holds exactly one character", start);
        }

        return new Token(quote == '"' ? TokenKind.Text : TokenKind.Character, value.ToString(), start, at + 1 - start);
    }
}
