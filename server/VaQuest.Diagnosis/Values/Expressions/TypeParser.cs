// TypeParser: C type names, as in casts.
using System.Globalization;
using VaQuest.DebugInfo.Types;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>Parses "const struct page **", "u64", "unsigned long", "char [16]", "int (*)[4]" and, as pointers to code, "void (*)(…)".</summary>
internal sealed class TypeParser(TokenCursor tokens, ITypeNames types)
{
    /// <summary>Stars and dimensions of one type.</summary>
    private const int MaxDeclarators = 16;

    private static readonly HashSet<string> s_words = new(StringComparer.Ordinal)
        { "unsigned", "signed", "long", "int", "short", "char", "void", "_Bool", "__int128", "float", "double" };

    private static readonly HashSet<string> s_ignored = new(StringComparer.Ordinal) { "const", "volatile", "__percpu", "__rcu", "__user", "__iomem" };

    /// <summary>True when a type begins so many tokens ahead.</summary>
    public bool IsTypeAt(int ahead)
    {
        Token token = tokens.Ahead(ahead);
        if (token.Kind != TokenKind.Name)
        {
            return false;
        }

        return token.Text is "struct" or "union" or "enum" || s_words.Contains(token.Text) || s_ignored.Contains(token.Text)
            || (tokens.Ahead(ahead + 1) is var next && (next.Is(")") || next.Is("*") || next.Is("[")) && types.FindTypedef(token.Text) is not null);
    }

    public CType Parse()
    {
        CType type = ParseBase();
        for (int i = 0; ; i++)
        {
            Token token = tokens.Current;
            if (i > MaxDeclarators)
            {
                throw new ExpressionException("the type has too many stars or dimensions", token.Start);
            }

            if (token.Is("*"))
            {
                tokens.Take();
                type = types.Basic.PointerTo(type);
            }
            else if (token.Kind == TokenKind.Name && s_ignored.Contains(token.Text))
            {
                tokens.Take();
            }
            else if (token.Is("["))
            {
                type = ParseArray(type);
            }
            else if (token.Is("(") && tokens.Ahead(1).Is("*"))
            {
                return ParsePointerBehindParenthesis(type);
            }
            else
            {
                return type;
            }
        }
    }

    private ArrayType ParseArray(CType element)
    {
        tokens.Take();
        long count = 0;
        if (!tokens.Current.Is("]"))
        {
            Token number = tokens.Take();
            if (number.Kind != TokenKind.Number || !long.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out count))
            {
                throw new ExpressionException("the number of elements is missing here", number.Start);
            }
        }

        tokens.Expect("]");
        return new ArrayType(FixedType.To(element), count);
    }

    // int (*)[4] or int (*)(…): the parameters do not matter to a value.
    private PointerType ParsePointerBehindParenthesis(CType type)
    {
        tokens.Take();
        tokens.Take();
        tokens.Expect(")");
        if (tokens.Current.Is("["))
        {
            return types.Basic.PointerTo(ParseArray(type));
        }

        tokens.Expect("(");
        for (int open = 1; open > 0;)
        {
            Token token = tokens.Take();
            if (token.Kind == TokenKind.End)
            {
                throw new ExpressionException("\")\" is missing here", token.Start);
            }

            open += token.Is("(") ? 1 : token.Is(")") ? -1 : 0;
        }

        return types.Basic.PointerTo(new FunctionType(FixedType.To(type), [], false));
    }

    private CType ParseBase()
    {
        while (tokens.Current.Kind == TokenKind.Name && s_ignored.Contains(tokens.Current.Text))
        {
            tokens.Take();
        }

        Token token = tokens.ExpectName("a type");
        if (token.Text is "struct" or "union" or "enum")
        {
            Token tag = tokens.ExpectName("the name of the " + token.Text);
            CType? found = token.Text == "enum" ? types.FindEnum(tag.Text) : types.FindStruct(tag.Text);
            return found ?? throw new ExpressionException($"there is no {token.Text} {tag.Text} in the types of this kernel", tag.Start);
        }

        if (!s_words.Contains(token.Text))
        {
            return types.FindTypedef(token.Text) ?? throw new ExpressionException($"there is no type {token.Text} in this kernel", token.Start);
        }

        var words = new List<string> { token.Text };
        while (tokens.Current.Kind == TokenKind.Name && (s_words.Contains(tokens.Current.Text) || s_ignored.Contains(tokens.Current.Text)))
        {
            string word = tokens.Take().Text;
            if (s_words.Contains(word))
            {
                words.Add(word);
            }
        }

        return types.Basic.FromWords(words) ?? throw new ExpressionException("these words name no type together", token.Start);
    }
}
