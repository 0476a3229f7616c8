// Parser: tokens to a tree, by recursive descent.
using System.Globalization;
using VaQuest.DebugInfo.Types;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>
/// Parses C expressions without assignments, with helpers for the kernel's containers. Throws <see cref="ExpressionException"/> at the
/// character that does not fit. Bounded in depth.
/// </summary>
internal sealed class Parser
{
    /// <summary>Parentheses, casts and unary operators inside each other; people write less than ten.</summary>
    private const int MaxDepth = 64;

    /// <summary>Binary operators by precedence, weakest first.</summary>
    private static readonly string[][] s_levels =
    [
        ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"],
    ];

    /// <summary>Helpers, and which of their arguments are types (T) or member paths (P); others are expressions.</summary>
    private static readonly Dictionary<string, string> s_helpers = new(StringComparer.Ordinal)
    {
        ["container_of"] = "ETP",
        ["offsetof"] = "TP",
        ["per_cpu"] = "EE",
        ["per_cpu_ptr"] = "EE",
        ["this_cpu"] = "E",
        ["this_cpu_ptr"] = "E",
        ["list"] = "ETP",
        ["hlist"] = "ETP",
        ["llist"] = "ETP",
        ["rbtree"] = "ETP",
        ["xarray"] = "Et",
        ["radix_tree"] = "Et",
        ["idr"] = "Et",
        ["maple_tree"] = "Et",
    };

    private readonly ITypeNames _types;
    private readonly TypeParser _typeParser;
    private readonly TokenCursor _tokens;
    private int _depth;

    private Parser(string expression, ITypeNames types)
    {
        _types = types;
        _tokens = new TokenCursor(Lexer.Read(expression));
        _typeParser = new TypeParser(_tokens, types);
    }

    /// <summary>Parses a whole expression.</summary>
    public static ExpressionNode Parse(string expression, ITypeNames types)
    {
        var parser = new Parser(expression, types);
        if (parser._tokens.Current.Kind == TokenKind.End)
        {
            throw new ExpressionException("an expression is missing", 0);
        }

        ExpressionNode node = parser.ParseConditional();
        return parser._tokens.Current.Kind == TokenKind.End ? node : throw new ExpressionException("an operator is missing here", parser._tokens.Current.Start);
    }

    /// <summary>Parses a type: "struct page *".</summary>
    public static CType ParseType(string text, ITypeNames types)
    {
        var parser = new Parser(text, types);
        CType type = parser._typeParser.Parse();
        return parser._tokens.Current.Kind == TokenKind.End ? type : throw new ExpressionException("a type ends before this", parser._tokens.Current.Start);
    }

    private ExpressionNode ParseConditional()
    {
        Deepen();
        ExpressionNode test = ParseBinary(0);
        if (_tokens.Current.Is("?"))
        {
            int position = _tokens.Take().Start;
            ExpressionNode then = ParseConditional();
            _tokens.Expect(":");
            test = new ExpressionNode.Conditional(position, test, then, ParseConditional());
        }

        _depth--;
        return test;
    }

    private ExpressionNode ParseBinary(int level)
    {
        if (level == s_levels.Length)
        {
            return ParseUnary();
        }

        ExpressionNode left = ParseBinary(level + 1);
        while (_tokens.Current.Kind == TokenKind.Operator && s_levels[level].Contains(_tokens.Current.Text))
        {
            Token op = _tokens.Take();
            left = new ExpressionNode.Binary(op.Start, op.Text, left, ParseBinary(level + 1));
        }

        return left;
    }

    private ExpressionNode ParseUnary()
    {
        Deepen();
        ExpressionNode node = ParseUnaryInside();
        _depth--;
        return node;
    }

    private ExpressionNode ParseUnaryInside()
    {
        Token token = _tokens.Current;
        if (token.Kind == TokenKind.Operator && token.Text is "*" or "&" or "-" or "+" or "!" or "~")
        {
            _tokens.Take();
            return new ExpressionNode.Unary(token.Start, token.Text, ParseUnary());
        }

        if (token is { Kind: TokenKind.Name, Text: "sizeof" })
        {
            return ParseSizeOf();
        }

        if (token.Is("(") && _typeParser.IsTypeAt(1))
        {
            _tokens.Take();
            CType type = _typeParser.Parse();
            _tokens.Expect(")");
            return new ExpressionNode.Cast(token.Start, type, ParseUnary());
        }

        return ParsePostfix();
    }

    private ExpressionNode.SizeOf ParseSizeOf()
    {
        int position = _tokens.Take().Start;
        if (_tokens.Current.Is("(") && _typeParser.IsTypeAt(1))
        {
            _tokens.Take();
            CType type = _typeParser.Parse();
            _tokens.Expect(")");
            return new ExpressionNode.SizeOf(position, type, null);
        }

        return new ExpressionNode.SizeOf(position, null, ParseUnary());
    }

    private ExpressionNode ParsePostfix()
    {
        ExpressionNode node = ParsePrimary();
        while (true)
        {
            Token token = _tokens.Current;
            if (token.Is(".") || token.Is("->"))
            {
                _tokens.Take();
                Token member = _tokens.ExpectName("the name of a member");
                node = new ExpressionNode.Member(member.Start, node, member.Text);
            }
            else if (token.Is("["))
            {
                _tokens.Take();
                ExpressionNode at = ParseConditional();
                _tokens.Expect("]");
                node = new ExpressionNode.Index(token.Start, node, at);
            }
            else
            {
                return node;
            }
        }
    }

    private ExpressionNode ParsePrimary()
    {
        Token token = _tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.Number:
                return ParseNumber(token);
            case TokenKind.Character:
                return new ExpressionNode.Number(token.Start, token.Text[0] <= 0xff ? token.Text[0] : 0u, BasicTypes.Int);
            case TokenKind.Text:
                return new ExpressionNode.Text(token.Start, token.Text);
            case TokenKind.Name when _tokens.Current.Is("("):
                return ParseCall(token);
            case TokenKind.Name:
                return new ExpressionNode.Name(token.Start, token.Text);
            case TokenKind.Operator when token.Text == "(":
                ExpressionNode inner = ParseConditional();
                _tokens.Expect(")");
                return inner;
            default:
                throw new ExpressionException(token.Kind == TokenKind.End ? "the expression ends here, but a value is missing" : "a value is missing here", token.Start);
        }
    }

    private ExpressionNode.Call ParseCall(Token name)
    {
        if (!s_helpers.TryGetValue(name.Text, out string? shape))
        {
            throw new ExpressionException($"functions of the crashed kernel cannot be called; helpers are {string.Join(", ", s_helpers.Keys)}", name.Start);
        }

        _tokens.Expect("(");
        var arguments = new List<ExpressionNode>();
        for (int i = 0; i < shape.Length; i++)
        {
            bool isOptional = char.IsLower(shape[i]);
            if (isOptional && _tokens.Current.Is(")"))
            {
                break;
            }

            if (i > 0)
            {
                _tokens.Expect(",");
            }

            arguments.Add(ParseArgument(shape[i]));
        }

        _tokens.Expect(")");
        return new ExpressionNode.Call(name.Start, name.Text, arguments);
    }

    private ExpressionNode ParseArgument(char shape)
    {
        int position = _tokens.Current.Start;
        return shape switch
        {
            'T' or 't' => new ExpressionNode.TypeName(position, _typeParser.Parse()),
            'P' => new ExpressionNode.Path(position, ParsePath()),
            _ => ParseConditional(),
        };
    }

    private string ParsePath()
    {
        string path = _tokens.ExpectName("the name of a member").Text;
        while (_tokens.Current.Is("."))
        {
            _tokens.Take();
            path += "." + _tokens.ExpectName("the name of a member").Text;
        }

        return path;
    }

    private ExpressionNode.Number ParseNumber(Token token)
    {
        string digits = token.Text.TrimEnd('u', 'U', 'l', 'L');
        string suffix = token.Text[digits.Length..].ToUpperInvariant();
        bool isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool isOctal = !isHex && digits.Length > 1 && digits[0] == '0';
        UInt128 bits;
        bool isNumber = isHex
            ? UInt128.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bits)
            : isOctal ? TryParseOctal(digits, out bits) : UInt128.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out bits);
        if (!isNumber || bits > ulong.MaxValue)
        {
            throw new ExpressionException(isNumber ? "the number does not fit into 64 bits" : "this is no number; addresses are written 0x…", token.Start);
        }

        bool isUnsigned = suffix.Contains('U', StringComparison.Ordinal);
        bool isLong = suffix.Contains('L', StringComparison.Ordinal);
        bool mayBeUnsigned = isUnsigned || isHex || isOctal;
        CType type = !isLong && !isUnsigned && bits <= int.MaxValue ? BasicTypes.Int
            : !isLong && mayBeUnsigned && bits <= uint.MaxValue ? BasicTypes.UnsignedInt
            : _types.Basic.Integer(8, isSigned: !isUnsigned && bits <= long.MaxValue);
        return new ExpressionNode.Number(token.Start, bits, type);
    }

    private static bool TryParseOctal(string digits, out UInt128 bits)
    {
        bits = UInt128.Zero;
        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7' || bits > ulong.MaxValue)
            {
                return false;
            }

            bits = (bits << 3) | (uint)(digit - '0');
        }

        return true;
    }

    private void Deepen()
    {
        if (++_depth > MaxDepth)
        {
            throw new ExpressionException($"the expression is nested deeper than {MaxDepth} levels", _tokens.Current.Start);
        }
    }
}
