// KernelValues: typed access to the crashed kernel's objects.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Kernel.Values;

/// <summary>
/// Makes, takes apart and reads values. Types that a unit only declares are completed by the given look-up. Safe for concurrent callers;
/// never throws on data.
/// </summary>
/// <param name="reader">Memory, with byte order and word size.</param>
/// <param name="findSymbol">The symbol that holds an address, or null.</param>
/// <param name="complete">The definition of a declared struct or union, or null.</param>
public sealed class KernelValues(KernelReader reader, Func<VirtAddr, SymbolHit?> findSymbol, Func<ForwardType, CType?> complete)
{
    /// <summary>Scalars are at most this wide: __int128.</summary>
    private const int MaxScalarBytes = 16;

    public KernelReader Reader => reader;

    /// <summary>The symbol that holds an address, or null; small numbers are no addresses.</summary>
    public SymbolHit? FindSymbol(VirtAddr address) => address.Value > ushort.MaxValue ? findSymbol(address) : null;

    /// <summary>The object of a type at an address.</summary>
    public TypedValue At(VirtAddr address, CType type) => new(type, new MemorySource(reader, address));

    /// <summary>A value that is not in memory.</summary>
    public TypedValue Of(CType type, UInt128 bits)
    {
        int size = (int)Math.Clamp(type.ByteSize ?? reader.WordSize, 1, MaxScalarBytes);
        return new TypedValue(type, new BytesSource(Encode(bits, size)));
    }

    /// <summary>The type below typedefs and qualifiers, defined when a definition is known.</summary>
    public CType Resolve(CType type)
    {
        CType plain = type.Unqualified;
        return plain is ForwardType forward && complete(forward) is { } defined ? defined : plain;
    }

    /// <summary>Size in bytes of a type, its definition looked up when it is only declared here; null when it has none.</summary>
    public long? SizeOf(CType type) => type.ByteSize ?? (type.Unqualified is ForwardType ? Resolve(type).ByteSize : ArraySize(type));

    /// <summary>The bits of a scalar, zero-extended. False with the reason when they are not known.</summary>
    public bool TryReadBits(TypedValue value, out UInt128 bits, out Absence? reason)
    {
        bits = UInt128.Zero;
        Span<byte> bytes = stackalloc byte[MaxScalarBytes + 1];
        int size = value.BitSize > 0 ? (value.BitOffset + value.BitSize + 7) / 8 : (int)Math.Min(SizeOf(value.Type) ?? 0, MaxScalarBytes);
        if (size is <= 0 or > MaxScalarBytes)
        {
            reason = Absence.Unknown("its type has no size");
            return false;
        }

        reason = value.Read(0, bytes[..size]);
        if (reason is not null)
        {
            return false;
        }

        bits = Decode(bytes[..size]);
        if (value.BitSize > 0)
        {
            int shift = reader.IsBigEndian ? (size * 8) - value.BitOffset - value.BitSize : value.BitOffset;
            bits = (bits >> shift) & Mask(value.BitSize);
        }

        return true;
    }

    /// <summary>An integer, enum, pointer or boolean as a number with its sign.</summary>
    public bool TryReadInteger(TypedValue value, out Int128 number, out Absence? reason)
    {
        number = 0;
        if (!TryReadBits(value, out UInt128 bits, out reason))
        {
            return false;
        }

        int width = WidthOf(value);
        bool isNegative = IsSigned(Resolve(value.Type)) && width < 128 && ((bits >> (width - 1)) & UInt128.One) == UInt128.One;
        number = unchecked((Int128)(isNegative ? bits | ~Mask(width) : bits));
        return true;
    }

    /// <summary>A pointer's address; false with the reason when it is not known.</summary>
    public bool TryReadPointer(TypedValue value, out VirtAddr address, out Absence? reason)
    {
        bool isKnown = TryReadBits(value, out UInt128 bits, out reason);
        address = new VirtAddr((ulong)(bits & ulong.MaxValue));
        return isKnown;
    }

    /// <summary>A member of a struct value.</summary>
    public static TypedValue Member(TypedValue structure, StructMember member) =>
        MemberAt(structure, member.Type, member.BitOffset, member.BitSize);

    /// <summary>A member found by path.</summary>
    public static TypedValue Member(TypedValue structure, Field field) => MemberAt(structure, field.Type, field.BitOffset, field.BitSize);

    /// <summary>An element of an array value.</summary>
    public TypedValue Element(TypedValue array, CType element, long index) =>
        new(element, array.Source, unchecked(array.Offset + (index * (SizeOf(element) ?? 0))));

    /// <summary>What a pointer points to; an absent value when the pointer itself is not known.</summary>
    public TypedValue Dereference(TypedValue pointer, CType target)
    {
        if (pointer.ImplicitTarget is { } known)
        {
            return known with { Type = target };
        }

        return TryReadPointer(pointer, out VirtAddr address, out Absence? reason) ? At(address, target) : TypedValue.Absent(target, reason!);
    }

    /// <summary>The member of a struct or union by a dotted path, its definition looked up when it is only declared; null when there is none.</summary>
    public Field? FindField(CType type, string path) => Resolve(type) is StructType structure ? structure.FindField(path) : null;

    /// <summary>Bits to bytes in the machine's order.</summary>
    public byte[] Encode(UInt128 bits, int size)
    {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++)
        {
            bytes[reader.IsBigEndian ? size - 1 - i : i] = (byte)(bits & 0xff);
            bits >>= 8;
        }

        return bytes;
    }

    /// <summary>Width of a scalar in bits.</summary>
    public int WidthOf(TypedValue value) => value.BitSize > 0 ? value.BitSize : (int)Math.Clamp(SizeOf(value.Type) ?? 1, 1, MaxScalarBytes) * 8;

    private static bool IsSigned(CType type) => type is IntegerType { IsSigned: true } or EnumType { IsSigned: true };

    private static UInt128 Mask(int width) => width >= 128 ? UInt128.MaxValue : (UInt128.One << width) - UInt128.One;

    private static TypedValue MemberAt(TypedValue structure, CType type, long bitOffset, int bitSize) =>
        new(type, structure.Source, unchecked(structure.Offset + Math.DivRem(bitOffset, 8, out long rest)))
        {
            BitOffset = bitSize > 0 ? (int)rest : 0,
            BitSize = bitSize,
        };

    private UInt128 Decode(ReadOnlySpan<byte> bytes)
    {
        UInt128 value = UInt128.Zero;
        for (int i = 0; i < bytes.Length; i++)
        {
            value = (value << 8) | bytes[reader.IsBigEndian ? i : bytes.Length - 1 - i];
        }

        return value;
    }

    // An array of structs that are only declared here.
    private long? ArraySize(CType type)
    {
        long count = 1;
        for (int i = 0; i < 64 && type.Unqualified is ArrayType array; i++)
        {
            if (array.Count < 0 || (array.Count > 0 && count > long.MaxValue / array.Count))
            {
                return null;
            }

            count *= array.Count;
            type = array.Element;
        }

        return type.Unqualified is ForwardType && Resolve(type).ByteSize is { } size and >= 0 && (count == 0 || size <= long.MaxValue / count) ? size * count : null;
    }
}
