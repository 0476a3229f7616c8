// TypeText: C declarations of types, as a C programmer would write them.
using System.Globalization;
using System.Text;

namespace VaQuest.DebugInfo.Types;

/// <summary>Spells types: "struct page *const pages[4]", "int (*open)(struct inode *, struct file *)".</summary>
public static class TypeText
{
    // Declarators of real kernels are at most ten deep; damaged ones may be endless.
    private const int MaxDepth = 32;

    private const int MaxParameters = 64;

    /// <summary>The type alone, or with a name where C puts it.</summary>
    public static string Of(CType type, string name = "") => Declare(type, name, 0);

    /// <summary>"struct foo", "union", "enum bar" without what is in it.</summary>
    public static string TagOf(CType type) => type switch
    {
        StructType structure => Tag(structure.IsUnion ? "union" : "struct", structure.Name),
        ForwardType forward => Tag(forward.IsUnion ? "union" : "struct", forward.Name),
        EnumType enumeration => Tag("enum", enumeration.Name),
        _ => type.Name,
    };

    private static string Tag(string keyword, string name) => name.Length == 0 ? keyword + " {...}" : keyword + " " + name;

    // The declarator grows from the name outwards; pointers to arrays and functions need parentheses.
    private static string Declare(CType type, string declarator, int depth)
    {
        if (depth > MaxDepth)
        {
            return Join("...", declarator);
        }

        switch (type)
        {
            case PointerType pointer:
                string star = "*" + declarator;
                bool needsParentheses = pointer.Target is ArrayType or FunctionType;
                return Declare(pointer.Target, needsParentheses ? "(" + star + ")" : star, depth + 1);
            case QualifiedType qualified when Innermost(qualified.Target) is PointerType:
                return Declare(qualified.Target, Join(Word(qualified.Qualifier), declarator), depth + 1);
            case QualifiedType qualified when IsRepeated(qualified):
                return Declare(qualified.Target, declarator, depth + 1);
            case QualifiedType qualified:
                return qualified.Qualifier is "const" or "volatile" or "restrict" or "_Atomic"
                    ? qualified.Qualifier + " " + Declare(qualified.Target, declarator, depth + 1)
                    : Declare(qualified.Target, Join(Word(qualified.Qualifier), declarator), depth + 1);
            case ArrayType array:
                string count = array.Count > 0 ? array.Count.ToString(CultureInfo.InvariantCulture) : "";
                return Declare(array.Element, declarator + "[" + count + "]", depth + 1);
            case FunctionType function:
                return Declare(function.ReturnType, declarator + "(" + Parameters(function, depth) + ")", depth + 1);
            default:
                return Join(TagOf(type), declarator);
        }
    }

    // Qualifiers of a pointer follow the star.
    private static CType Innermost(CType type)
    {
        for (int i = 0; i < MaxDepth && type is QualifiedType qualified; i++)
        {
            type = qualified.Target;
        }

        return type;
    }

    // A constant array has constant elements: C says it once.
    private static bool IsRepeated(QualifiedType qualified)
    {
        CType type = qualified.Target;
        for (int i = 0; i < MaxDepth; i++)
        {
            switch (type)
            {
                case ArrayType array:
                    type = array.Element;
                    break;
                case QualifiedType inner when inner.Qualifier == qualified.Qualifier:
                    return true;
                case QualifiedType inner:
                    type = inner.Target;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    private static string Word(string qualifier) => qualifier is "const" or "volatile" or "restrict" or "_Atomic" ? qualifier : "__" + qualifier;

    private static string Join(string word, string declarator) => declarator.Length == 0 ? word
        : word.Length == 0 ? declarator : word + " " + declarator;

    private static string Parameters(FunctionType function, int depth)
    {
        var text = new StringBuilder();
        foreach (FunctionParameter parameter in function.Parameters.Take(MaxParameters))
        {
            text.Append(text.Length > 0 ? ", " : "").Append(Declare(parameter.Type, "", depth + 1));
        }

        if (function.IsVariadic || function.Parameters.Count > MaxParameters)
        {
            text.Append(text.Length > 0 ? ", ..." : "...");
        }

        return text.Length == 0 ? "void" : text.ToString();
    }
}
