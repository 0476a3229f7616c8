// BasicTypes: the arithmetic types of C on the crashed machine.
using VaQuest.DebugInfo.Types;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>Types that expressions make themselves; kernels are LP64 or ILP32.</summary>
internal sealed class BasicTypes(int wordSize)
{
    public static readonly IntegerType Int = new("int", 4, true, false, false);

    public static readonly IntegerType UnsignedInt = new("unsigned int", 4, false, false, false);

    public static readonly IntegerType Bool = new("bool", 1, false, true, false);

    public static readonly IntegerType Char = new("char", 1, true, false, true);

    public static readonly IntegerType LongLong = new("long long", 8, true, false, false);

    public static readonly IntegerType UnsignedLongLong = new("unsigned long long", 8, false, false, false);

    public static readonly IntegerType Int128 = new("__int128", 16, true, false, false);

    public static readonly IntegerType UnsignedInt128 = new("unsigned __int128", 16, false, false, false);

    public int WordSize => wordSize;

    public IntegerType Long { get; } = new("long", wordSize, true, false, false);

    public IntegerType UnsignedLong { get; } = new("unsigned long", wordSize, false, false, false);

    public PointerType PointerTo(CType target) => new(FixedType.To(target), wordSize);

    /// <summary>The type of integers of a size.</summary>
    public IntegerType Integer(long size, bool isSigned) => size switch
    {
        <= 4 => isSigned ? Int : UnsignedInt,
        <= 8 when wordSize == 8 => isSigned ? Long : UnsignedLong,
        <= 8 => isSigned ? LongLong : UnsignedLongLong,
        _ => isSigned ? Int128 : UnsignedInt128,
    };

    /// <summary>The base type that words such as "unsigned", "long", "int" name together; null when they name none.</summary>
    public CType? FromWords(IReadOnlyList<string> words)
    {
        int longs = words.Count(word => word == "long");
        bool isUnsigned = words.Contains("unsigned");
        bool isSigned = words.Contains("signed");
        bool isTooMuch = (isUnsigned && isSigned) || longs > 2;
        return isTooMuch ? null : words.FirstOrDefault(word => word is not ("long" or "unsigned" or "signed" or "int")) switch
        {
            null => longs switch
            {
                0 => isUnsigned ? UnsignedInt : Int,
                1 => isUnsigned ? UnsignedLong : Long,
                _ => isUnsigned ? UnsignedLongLong : LongLong,
            },
            "char" => isUnsigned ? new IntegerType("unsigned char", 1, false, false, true) : Char,
            "short" => isUnsigned ? new IntegerType("unsigned short", 2, false, false, false) : new IntegerType("short", 2, true, false, false),
            "void" => VoidType.Instance,
            "_Bool" => Bool,
            "__int128" => isUnsigned ? UnsignedInt128 : Int128,
            "float" => new FloatType("float", 4),
            "double" => new FloatType("double", 8),
            _ => null,
        };
    }
}
