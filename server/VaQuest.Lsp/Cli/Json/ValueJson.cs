// ValueJson: typed values as in the JSON contract.
using System.Globalization;
using System.Text;
using Newtonsoft.Json;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Values;

namespace VaQuest.Lsp.Cli.Json;

/// <summary>
/// Integers are numbers up to 2^53 and decimal strings above, pointers "0x…", enumerators names, char arrays text, structs objects by member,
/// arrays lists; what is not known is {"absent": reason}.
/// </summary>
internal sealed class ValueJson
{
    private const long LargestNumber = 1L << 53;

    /// <summary>Elements of one array.</summary>
    private const long MaxElements = 65_536;

    /// <summary>Values of one document; arrays of arrays multiply.</summary>
    private const int MaxValues = 1_000_000;

    private readonly JsonWriter _writer;
    private readonly KernelValues _values;
    private readonly int _depth;
    private int _count;

    private ValueJson(JsonWriter writer, KernelValues values, int depth)
    {
        _writer = writer;
        _values = values;
        _depth = depth;
    }

    /// <param name="json">The output.</param>
    /// <param name="name">Name of the property.</param>
    /// <param name="value">The value.</param>
    /// <param name="values">Reads it.</param>
    /// <param name="depth">Structures inside of structures that are opened.</param>
    public static void Write(JsonOutput json, string name, TypedValue value, KernelValues values, int depth) =>
        json.Value(name, writer => new ValueJson(writer, values, depth).Write(value, 0));

    public static void Write(JsonWriter writer, TypedValue value, KernelValues values, int depth) => new ValueJson(writer, values, depth).Write(value, 0);

    private void Write(TypedValue value, int level)
    {
        if (++_count > MaxValues)
        {
            Absent("more values than are printed at once");
            return;
        }

        if (value.Source is AbsentSource)
        {
            Absent(value.Read(0, [])?.Text ?? "not known");
            return;
        }

        switch (_values.Resolve(value.Type))
        {
            case StructType structure when level > _depth:
                Absent($"{TypeText.TagOf(structure)}: deeper than was asked for");
                break;
            case StructType structure:
                _writer.WriteStartObject();
                WriteMembers(value, structure, level, 0);
                _writer.WriteEndObject();
                break;
            case ArrayType array:
                WriteArray(value, array, level);
                break;
            case FunctionType:
                _writer.WriteValue(Words.Hex(value.Address?.Value ?? 0));
                break;
            case PointerType or IntegerType or EnumType or FloatType:
                WriteScalar(value);
                break;
            case ForwardType forward:
                Absent($"{TypeText.TagOf(forward)} is defined in no debug information");
                break;
            default:
                Absent("its type is not known");
                break;
        }
    }

    // Members of anonymous structs and unions are members of what is around them, as in C.
    private void WriteMembers(TypedValue value, StructType structure, int level, int nesting)
    {
        foreach (StructMember member in structure.Members)
        {
            TypedValue inner = KernelValues.Member(value, member);
            if (member.Name.Length > 0)
            {
                _writer.WritePropertyName(DumpText.Escape(member.Name));
                Write(inner, level + 1);
            }
            else if (nesting < 16 && _values.Resolve(member.Type) is StructType anonymous)
            {
                WriteMembers(inner, anonymous, level, nesting + 1);
            }
        }
    }

    private void WriteArray(TypedValue value, ArrayType array, int level)
    {
        bool isText = array.Element.Unqualified is IntegerType { IsCharacter: true, Name: "char" } && array.Count is > 0 and <= MaxElements;
        if (isText)
        {
            byte[] bytes = new byte[array.Count];
            if (value.Read(0, bytes) is { } reason)
            {
                Absent(reason.Text);
                return;
            }

            int end = bytes.AsSpan().IndexOf((byte)0);
            _writer.WriteValue(Encoding.Latin1.GetString(bytes, 0, end < 0 ? bytes.Length : end));
            return;
        }

        _writer.WriteStartArray();
        for (long i = 0; i < Math.Min(array.Count, MaxElements) && _count <= MaxValues; i++)
        {
            Write(_values.Element(value, array.Element, i), level + 1);
        }

        if (array.Count > MaxElements)
        {
            Absent(FormattableString.Invariant($"{array.Count - MaxElements} more elements"));
        }

        _writer.WriteEndArray();
    }

    private void WriteScalar(TypedValue value)
    {
        if (value.ImplicitTarget is not null)
        {
            Absent(Absence.OptimisedOut.Text);
            return;
        }

        if (!_values.TryReadInteger(value, out Int128 number, out Absence? reason))
        {
            Absent(reason!.Text);
            return;
        }

        switch (_values.Resolve(value.Type))
        {
            case PointerType:
                _writer.WriteValue(Words.Hex((ulong)(number & ulong.MaxValue)));
                break;
            case IntegerType { IsBoolean: true } when number == 0 || number == 1:
                _writer.WriteValue(number == 1);
                break;
            case FloatType { ByteSize: 8 }:
                _writer.WriteValue(BitConverter.UInt64BitsToDouble((ulong)(number & ulong.MaxValue)));
                break;
            case FloatType { ByteSize: 4 }:
                _writer.WriteValue(BitConverter.UInt32BitsToSingle((uint)(number & uint.MaxValue)));
                break;
            case EnumType enumeration when NameOf(enumeration, number) is { } name:
                _writer.WriteValue(name);
                break;
            default:
                WriteNumber(number);
                break;
        }
    }

    private void WriteNumber(Int128 number)
    {
        if (number <= LargestNumber && number >= -LargestNumber)
        {
            _writer.WriteValue((long)number);
        }
        else
        {
            _writer.WriteValue(number.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static string? NameOf(EnumType type, Int128 number)
    {
        foreach (Enumerator enumerator in type.Enumerators)
        {
            if (enumerator.Value == number)
            {
                return enumerator.Name;
            }
        }

        return null;
    }

    private void Absent(string reason)
    {
        _writer.WriteStartObject();
        _writer.WritePropertyName("absent");
        _writer.WriteValue(reason);
        _writer.WriteEndObject();
    }
}
