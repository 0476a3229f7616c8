// ArrayPage: the elements of an array, a part at a time.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Diagnosis.Values.Expressions;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>
/// `vaquest array DUMP TYPE:ADDR:PATH[:FIRST]`: where the elements are that an object's document leaves out. The path is that of the array in the
/// object, ".thread.tls_array"; empty when the type is an array. Equal elements that follow each other are one row.
/// </summary>
internal static class ArrayPage
{
    /// <summary>Rows of one part.</summary>
    private const int MaxRows = 512;

    /// <summary>Elements that one part looks at: equal ones take no rows.</summary>
    private const long MaxLooked = 65_536;

    /// <summary>Elements of an array whose type does not say how many it has.</summary>
    private const long FlexibleCount = 128;

    /// <summary>Bytes of elements that are compared; larger ones are a row each.</summary>
    private const long MaxCompared = 256;

    /// <summary>Equal elements in a row that become one.</summary>
    private const long FewestEqual = 4;

    private static readonly ValueFormat s_format = ValueFormat.Line with { MaxLength = 160, MaxDepth = 2 };

    public static PageSource Source { get; } = new(
        "array", "Print a part of an array in an object: TYPE:ADDR:PATH[:FIRST], as in \"struct net_device:0xffff…:._tx:128\".", "WHAT", true, Read);

    /// <summary>What a value is, for <see cref="NameOf"/>; null when it is not in memory or its type has no name that could be written.</summary>
    public static string? RootOf(TypedValue value)
    {
        string type = TypeText.Of(value.Type);
        return value.Address is { } address && type.Length is > 0 and < 100 && type.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ' ' or '*' or '[' or ']')
            ? $"{type}:{Words.Hex(address.Value)}" : null;
    }

    /// <summary>The page of a part, as <see cref="SpanTarget.Page"/> names it; null when the path has other than C's characters.</summary>
    public static string? NameOf(string root, string path, long first) => path.Length < 180 && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '[' or ']')
        ? FormattableString.Invariant($"array/{root}:{path}:{first}") : null;

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        string[] parts = argument!.Split(':');
        long first = 0;
        if (parts.Length is < 3 or > 4 || (parts.Length == 4 && !long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out first)))
        {
            throw PageArguments.Fail(context, $"\"{argument}\" is no array: write TYPE:ADDR:PATH or TYPE:ADDR:PATH:FIRST, as in \"struct task_struct:0xffff888003a1c000:.thread.tls_array\"");
        }

        KernelValues values = context.Values.Kernel;
        TypedValue root = values.At(PageArguments.Address(context, parts[1]), TypeOf(context, parts[0], cancellation));
        TypedValue value = Follow(context, root, parts[2]);
        if (values.Resolve(value.Type) is not ArrayType array || values.SizeOf(array.Element) is not > 0)
        {
            throw PageArguments.Fail(context, $"{parts[0]}{parts[2]} is no array of elements whose size is known: it is a {TypeText.Of(value.Type)}");
        }

        bool isFlexible = array.Count <= 0;
        long count = isFlexible ? first + FlexibleCount : array.Count;
        var rows = new List<IReadOnlyList<Cell>>();
        long index = Math.Min(first, count);
        for (long looked = index; index < count && rows.Count < MaxRows && index - looked < MaxLooked;)
        {
            cancellation.ThrowIfCancellationRequested();
            long same = CountSame(values, value, array.Element, index, Math.Min(count, looked + MaxLooked));
            same = same >= FewestEqual ? same : 1;
            rows.Add(RowOf(values, value, array.Element, index, same));
            index += same;
        }

        string name = parts[2].Length > 0 ? parts[2] : TypeText.Of(value.Type);
        string range = FormattableString.Invariant($"[{first}-{index - 1}]") + (isFlexible ? "" : FormattableString.Invariant($" of {count}"));
        string rootName = $"{parts[0]}:{parts[1]}";
        return new Page("array", $"{name}{range} in {parts[0]} at {parts[1]}",
        [
            Table.Record("part", "Part",
                ("type", "elements", Cell.Of(TypeText.Of(array.Element))),
                ("count", "how many", isFlexible ? Cell.Absent("the type does not say how many elements it has") : Cell.Of(array.Count)),
                ("object", "object", Cell.Address(PageArguments.Address(context, parts[1]), "", ValueSpans.ObjectTypeOf(root.Type))),
                ("previous", "before", first == 0 ? Cell.None("this is the first part") : Link(rootName, parts[2], Math.Max(0, first - MaxRows), first - 1)),
                ("next", "behind", index >= count && !isFlexible ? Cell.None("this is the last part") : Link(rootName, parts[2], index, isFlexible ? index + FlexibleCount - 1 : count - 1))),
            new Table("elements", "Elements", [new("index", "INDEX", true), new("last", "TO", true), new("address", "ADDRESS"), new("value", "VALUE"), new("text", "AS C")], rows),
        ]);
    }

    private static Cell Link(string root, string path, long first, long last) => NameOf(root, path, first) is { } page
        ? Cell.Link(FormattableString.Invariant($"[{first}-{last}]"), page) : Cell.Of(FormattableString.Invariant($"[{first}-{last}]"));

    private static CType TypeOf(PageContext context, string type, CancellationToken cancellation)
    {
        try
        {
            return context.Values.ParseType(type, cancellation);
        }
        catch (ExpressionException error)
        {
            throw PageArguments.Fail(context, error.Message);
        }
    }

    // ".name", "[3]" and "name" one after the other.
    private static TypedValue Follow(PageContext context, TypedValue value, string path)
    {
        KernelValues values = context.Values.Kernel;
        foreach (string step in path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (step[0] == '[')
            {
                value = values.Resolve(value.Type) is ArrayType array && step[^1] == ']' && long.TryParse(step[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long index)
                    && (array.Count <= 0 || index < array.Count)
                    ? values.Element(value, array.Element, index) : throw PageArguments.Fail(context, $"there is no element {step} in {TypeText.Of(value.Type)}");
                continue;
            }

            value = values.FindField(value.Type, step) is { } field ? KernelValues.Member(value, field)
                : throw PageArguments.Fail(context, $"{TypeText.Of(value.Type)} has no member {step}");
        }

        return value;
    }

    private static IReadOnlyList<Cell> RowOf(KernelValues values, TypedValue array, CType type, long index, long same)
    {
        TypedValue element = values.Element(array, type, index);
        CType plain = values.Resolve(type);
        (Cell value, Cell text) = plain switch
        {
            PointerType pointer when values.TryReadPointer(element, out VirtAddr at, out _) =>
                (at.Value == 0 ? Cell.HexAs(0, "NULL") : Cell.Address(at, "", ValueSpans.ObjectTypeOf(pointer.Target)), Cell.Of(Beside(ValueFormatter.Format(values, element, s_format)))),
            StructType or ArrayType => (Cell.None("it is no single number"), Cell.Of(ValueFormatter.Format(values, element, s_format))),
            _ => (ScalarOf(values, element), Cell.Of(ValueFormatter.Format(values, element, s_format))),
        };
        return
        [
            Cell.Of(index), same > 1 ? Cell.Of(index + same - 1) : Cell.None("it is one element"), Cell.Address(element.Address, "it is not in memory", ValueSpans.ObjectTypeOf(type)), value, text,
        ];
    }

    // What the formatter writes behind a pointer's digits: the symbol, the text.
    private static string Beside(string pointer) => pointer.IndexOf(' ', StringComparison.Ordinal) is > 0 and { } space ? pointer[(space + 1)..] : "";

    private static Cell ScalarOf(KernelValues values, TypedValue element) => values.TryReadBits(element, out UInt128 bits, out Absence? reason)
        ? bits <= ulong.MaxValue ? Cell.Hex((ulong)bits) : Cell.None("it is wider than a number here") : Cell.Absent(reason!.Text);

    private static long CountSame(KernelValues values, TypedValue array, CType type, long index, long end)
    {
        long size = values.SizeOf(type) ?? 0;
        if (size is <= 0 or > MaxCompared)
        {
            return 1;
        }

        byte[] one = new byte[size];
        byte[] other = new byte[size];
        if (array.Read(index * size, one) is not null)
        {
            return 1;
        }

        long same = 1;
        while (index + same < end && array.Read((index + same) * size, other) is null && other.AsSpan().SequenceEqual(one))
        {
            same++;
        }

        return same;
    }
}
