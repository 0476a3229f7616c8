// ValueFormatter: values as a C programmer would write them.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Values;

/// <summary>
/// Writes one value. Integers are decimal, addresses hexadecimal with the symbol they name, enumerators by name, texts quoted, what is missing
/// with its reason. Bounded by its <see cref="ValueFormat"/> whatever the types are; one formatter writes one value.
/// </summary>
public sealed class ValueFormatter
{
    /// <summary>Unsigned numbers from here on are addresses or masks, which are read in hexadecimal.</summary>
    private const ulong FirstHexadecimal = 1UL << 40;

    /// <summary>A structure inside of another is kept on one line when it is no longer than this.</summary>
    private const int InlineLength = 76;

    private readonly KernelValues _values;
    private readonly ValueFormat _format;
    private readonly IValueSink _sink;
    private string _path = "";
    private int _length;
    private int _lines;

    private ValueFormatter(KernelValues values, ValueFormat format, IValueSink sink)
    {
        _values = values;
        _format = format;
        _sink = sink;
    }

    private bool IsFull => _length >= _format.MaxLength || _lines >= _format.MaxLines;

    /// <summary>Writes a value to a sink.</summary>
    public static void Write(KernelValues values, TypedValue value, ValueFormat format, IValueSink sink) =>
        new ValueFormatter(values, format, sink).WriteValue(value, 0);

    /// <summary>A value as text.</summary>
    public static string Format(KernelValues values, TypedValue value, ValueFormat? format = null)
    {
        var sink = new TextSink();
        Write(values, value, format ?? ValueFormat.Line, sink);
        return sink.ToString();
    }

    private void WriteValue(TypedValue value, int depth)
    {
        switch (_values.Resolve(value.Type))
        {
            case StructType structure:
                WriteStruct(value, structure, depth);
                break;
            case ArrayType array:
                WriteArray(value, array, depth);
                break;
            case PointerType pointer:
                WritePointer(value, pointer);
                break;
            case FunctionType:
                WriteFunction(value);
                break;
            case ForwardType forward:
                Absent((forward.IsUnion ? "union " : "struct ") + forward.Name + " is defined in no debug information");
                break;
            case VoidType:
                Absent("void");
                break;
            case FloatType real:
                WriteFloat(value, real);
                break;
            case EnumType enumeration:
                WriteEnum(value, enumeration);
                break;
            case IntegerType integer:
                WriteInteger(value, integer);
                break;
            default:
                Absent("its type is not known");
                break;
        }
    }

    private void WriteInteger(TypedValue value, IntegerType type)
    {
        if (!_values.TryReadInteger(value, out Int128 number, out Absence? reason))
        {
            Absent(reason!.Text);
            return;
        }

        bool isByte = value.BitSize == 0 && type.ByteSize == 1;
        if (type.IsBoolean && number is { } truth && (truth == 0 || truth == 1))
        {
            Text(truth == 1 ? "true" : "false");
        }
        else if (isByte && IsPlainCharacter(value.Type))
        {
            Text(number.ToString(CultureInfo.InvariantCulture) + " " + TextValues.QuoteCharacter(unchecked((byte)(sbyte)(int)(number & 0xff))));
        }
        else
        {
            bool isHexadecimal = !type.IsSigned && number >= FirstHexadecimal;
            Text(isHexadecimal ? "0x" + ((UInt128)number).ToString("x", CultureInfo.InvariantCulture) : number.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void WriteEnum(TypedValue value, EnumType type)
    {
        if (!_values.TryReadInteger(value, out Int128 number, out Absence? reason))
        {
            Absent(reason!.Text);
            return;
        }

        foreach (Enumerator enumerator in type.Enumerators)
        {
            if (enumerator.Value == number || (!type.IsSigned && unchecked((ulong)enumerator.Value) == number))
            {
                Text(enumerator.Name);
                return;
            }
        }

        Text(number.ToString(CultureInfo.InvariantCulture));
    }

    private void WriteFloat(TypedValue value, FloatType type)
    {
        if (!_values.TryReadBits(value, out UInt128 bits, out Absence? reason))
        {
            Absent(reason!.Text);
            return;
        }

        Text(type.ByteSize switch
        {
            4 => BitConverter.UInt32BitsToSingle((uint)bits).ToString("R", CultureInfo.InvariantCulture),
            8 => BitConverter.UInt64BitsToDouble((ulong)bits).ToString("R", CultureInfo.InvariantCulture),
            _ => "0x" + bits.ToString("x", CultureInfo.InvariantCulture),
        });
    }

    private void WriteFunction(TypedValue value)
    {
        if (value.Address is { } address)
        {
            Pointer(Hex(address.Value), address, null);
            Text(NameOf(address) is { } name ? " <" + name + ">" : "");
        }
        else
        {
            Absent("a function without an address");
        }
    }

    private void WritePointer(TypedValue value, PointerType type)
    {
        if (value.ImplicitTarget is { } target)
        {
            Text("&");
            WriteValue(target, _format.MaxDepth);
            return;
        }

        if (!_values.TryReadPointer(value, out VirtAddr address, out Absence? reason))
        {
            Absent(reason!.Text);
            return;
        }

        ulong number = address.Value;
        ulong fromTop = unchecked(0 - number);
        if (number == 0)
        {
            Text("NULL");
        }
        else if (fromTop is > 0 and <= ErrnoNames.Largest)
        {
            Text(Hex(number) + " (" + (ErrnoNames.Find((int)fromTop) is { } error ? "-" + error : "-" + fromTop.ToString(CultureInfo.InvariantCulture)) + ")");
        }
        else
        {
            WriteAddress(address, type);
        }
    }

    private void WriteAddress(VirtAddr address, PointerType type)
    {
        CType target = _values.Resolve(type.Target);
        bool isCode = target is FunctionType;
        Pointer(Hex(address.Value), address, isCode || target is VoidType ? null : type.Target);
        bool isText = target is IntegerType { IsCharacter: true } && type.Target.Unqualified is IntegerType && !IsTypedef(type.Target);
        if (NameOf(address) is { } symbol && (!isText || !symbol.Contains('+', StringComparison.Ordinal)))
        {
            Text(" <" + symbol + ">");
        }

        if (isText)
        {
            Text(" ");
            WriteTextBehind(address);
        }
    }

    private void WriteTextBehind(VirtAddr address)
    {
        int most = Math.Min(_format.MaxText + 1, KernelReader.MaxStringBytes);
        byte[] bytes = new byte[most];
        ReadOutcome outcome = _values.Reader.Read(address, bytes);
        ReadOnlySpan<byte> read = bytes.AsSpan(0, outcome.BytesRead);
        int end = read.IndexOf((byte)0);
        if (end < 0 && !outcome.IsOk)
        {
            Absent(outcome.ToString());
            return;
        }

        Text(TextValues.Quote(end < 0 ? read : read[..end], _format.MaxText));
    }

    private void WriteStruct(TypedValue value, StructType structure, int depth)
    {
        if (depth > _format.MaxDepth)
        {
            Text("{...}");
            return;
        }

        bool isOnLines = _format.IsNested && !WriteInline(value, depth);
        if (isOnLines)
        {
            WriteMembersOnLines(value, structure, depth);
        }
        else if (!_format.IsNested)
        {
            WriteMembersInLine(value, structure, depth);
        }
    }

    // Inner structures such as list heads read better on one line.
    private bool WriteInline(TypedValue value, int depth)
    {
        if (depth == 0)
        {
            return false;
        }

        string line = Format(_values, value, ValueFormat.Line with { MaxLength = InlineLength + 1, MaxDepth = 1 });
        if (line.Length > InlineLength || line.Contains("...", StringComparison.Ordinal))
        {
            return false;
        }

        var format = ValueFormat.Line with { MaxLength = InlineLength + 1, MaxDepth = 1 };
        new ValueFormatter(_values, format, _sink).WriteValue(value, 0);
        _length += line.Length;
        return true;
    }

    private void WriteMembersInLine(TypedValue value, StructType structure, int depth)
    {
        Text("{");
        bool isFirst = true;
        foreach (StructMember member in structure.Members)
        {
            if (IsFull)
            {
                Text(isFirst ? "..." : ", ...");
                break;
            }

            Text((isFirst ? "" : ", ") + (member.Name.Length > 0 ? "." + member.Name + " = " : ""));
            WriteValue(KernelValues.Member(value, member), depth + (member.Name.Length > 0 || depth > 16 ? 1 : 0));
            isFirst = false;
        }

        Text("}");
    }

    private void WriteMembersOnLines(TypedValue value, StructType structure, int depth)
    {
        Text("{");
        int count = 0;
        foreach (StructMember member in structure.Members)
        {
            NewLine(depth + 1);
            if (IsFull || count++ >= _format.MaxMembers)
            {
                Text("...");
                break;
            }

            Text(member.Name.Length > 0 ? "." + member.Name + " = " : "");
            string outer = _path;
            _path += member.Name.Length > 0 ? "." + member.Name : "";
            WriteValue(KernelValues.Member(value, member), depth + (member.Name.Length > 0 || depth > 16 ? 1 : 0));
            _path = outer;
            Text(",");
        }

        NewLine(depth);
        Text("}");
    }

    private void WriteArray(TypedValue value, ArrayType array, int depth)
    {
        CType element = _values.Resolve(array.Element);
        bool isText = element is IntegerType { IsCharacter: true } && !IsTypedef(array.Element);
        if (isText && array.Count > 0 && WriteTextArray(value, array))
        {
            return;
        }

        if (isText && array.Count == 0 && value.Address is { } start)
        {
            // A text whose length only its NUL tells.
            WriteTextBehind(start);
            return;
        }

        if (depth > _format.MaxDepth)
        {
            Text("{...}");
            return;
        }

        if (array.Count <= 0)
        {
            // The type does not say how many there are; the reader of the document may.
            if (_format.IsNested && _path.Length > 0 && value.Address is not null)
            {
                More("{...}", 0);
                return;
            }

            Text("{}");
            return;
        }

        WriteElements(value, array, element, depth);
    }

    private bool WriteTextArray(TypedValue value, ArrayType array)
    {
        int length = (int)Math.Min(array.Count, Math.Max(_format.MaxText * 4, 256));
        byte[] bytes = new byte[length];
        if (value.Read(0, bytes) is { } reason)
        {
            Absent(reason.Text);
            return true;
        }

        int end = bytes.AsSpan().IndexOf((byte)0);
        ReadOnlySpan<byte> text = end < 0 ? bytes : bytes.AsSpan(0, end);
        if (!TextValues.IsPrintable(text) && array.Element.Unqualified is IntegerType { Name: not "char" })
        {
            return false;
        }

        Text(TextValues.Quote(text, _format.MaxText));
        return true;
    }

    private void WriteElements(TypedValue value, ArrayType array, CType element, int depth)
    {
        bool isOnLines = _format.IsNested && element is StructType or ArrayType && depth < _format.MaxDepth;
        Text("{");
        long shown = 0;
        long index = depth == 0 ? Math.Clamp(_format.FirstElement, 0, array.Count) : 0;
        while (index < array.Count)
        {
            if (shown >= _format.MaxElements || IsFull)
            {
                Separate(isOnLines, shown, depth);
                More(_format.IsNested ? string.Create(CultureInfo.InvariantCulture, $"...[{index}-{array.Count - 1}]") : "...", index);
                break;
            }

            Separate(isOnLines, shown, depth);
            Text(isOnLines ? string.Create(CultureInfo.InvariantCulture, $"[{index}] = ") : "");
            string outer = _path;
            _path += _format.IsNested ? string.Create(CultureInfo.InvariantCulture, $"[{index}]") : "";
            WriteValue(_values.Element(value, array.Element, index), depth + 1);
            _path = outer;
            long same = CountSame(value, array, index);
            if (same > 3)
            {
                Text(string.Create(CultureInfo.InvariantCulture, $" <repeats {same} times>"));
                index += same - 1;
            }

            shown++;
            index++;
        }

        if (isOnLines)
        {
            Text(",");
            NewLine(depth);
        }

        Text("}");
    }

    private void Separate(bool isOnLines, long shown, int depth)
    {
        Text(shown > 0 ? isOnLines ? "," : ", " : "");
        if (isOnLines)
        {
            NewLine(depth + 1);
        }
    }

    // How many elements from an index on have the same bytes; at most a page's worth is compared.
    private long CountSame(TypedValue value, ArrayType array, long index)
    {
        long size = _values.SizeOf(array.Element) ?? 0;
        if (size is <= 0 or > 1024)
        {
            return 1;
        }

        int count = (int)Math.Min(array.Count - index, 4096 / size);
        byte[] bytes = new byte[count * size];
        if (value.Read(index * size, bytes) is not null)
        {
            return 1;
        }

        int same = 1;
        while (same < count && bytes.AsSpan((int)(same * size), (int)size).SequenceEqual(bytes.AsSpan(0, (int)size)))
        {
            same++;
        }

        return same;
    }

    private string? NameOf(VirtAddr address)
    {
        if (_values.FindSymbol(address) is not { } hit)
        {
            return null;
        }

        string name = Printable(hit.Symbol.Name);
        string offset = hit.Offset == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"+0x{hit.Offset:x}");
        return name + offset + (hit.Symbol.Module is { } module ? " [" + Printable(module) + "]" : "");
    }

    private static string Printable(string name) => string.Concat(name.Where(c => c is > ' ' and < '\u007f').Take(256));

    // typedefs of characters (u8, __be16 halves, sa_data types) are bytes, not text.
    private static bool IsTypedef(CType type)
    {
        for (int i = 0; i < 16 && type is QualifiedType qualified; i++)
        {
            type = qualified.Target;
        }

        return type is TypedefType;
    }

    private static bool IsPlainCharacter(CType type) => !IsTypedef(type) && type.Unqualified is IntegerType { Name: "char" };

    private static string Hex(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    private void Text(string text)
    {
        _length += text.Length;
        if (text.Length > 0)
        {
            _sink.Text(text);
        }
    }

    private void Pointer(string text, VirtAddr address, CType? target)
    {
        _length += text.Length;
        _sink.Pointer(text, address, target);
    }

    private void More(string text, long first)
    {
        _length += text.Length;
        _sink.More(text, _path, first);
    }

    private void Absent(string reason)
    {
        _length += reason.Length + 2;
        _sink.Absent(reason);
    }

    private void NewLine(int level)
    {
        _lines++;
        _sink.NewLine(level);
    }
}
