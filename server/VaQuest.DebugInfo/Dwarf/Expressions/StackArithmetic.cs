// StackArithmetic: what the arithmetic operations of DWARF expressions compute.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf.Expressions;

/// <summary>
/// Arithmetic modulo the type's size (DWARF 5, 2.5.1.4). The generic type has no sign: division and comparison take it as signed, modulo and
/// shr as unsigned. Throws <see cref="DumpFormatException"/> for operations that the types do not allow.
/// </summary>
internal readonly struct StackArithmetic(int addressSize)
{
    public int SizeOf(BaseType? type) => type?.ByteSize ?? addressSize;

    /// <summary>The value cut to its type's size.</summary>
    public StackValue Fit(UInt128 bits, BaseType? type)
    {
        int size = SizeOf(type);
        return new StackValue(size >= 16 ? bits : bits & ((UInt128.One << (size * 8)) - UInt128.One), type);
    }

    public Int128 Signed(StackValue value)
    {
        int unused = 128 - (Math.Min(16, SizeOf(value.Type)) * 8);
        return unchecked((Int128)(value.Bits << unused)) >> unused;
    }

    public StackValue Unary(DwarfOp op, StackValue value)
    {
        if (value.Type is { IsFloat: true } && op is DwarfOp.Abs or DwarfOp.Neg)
        {
            double number = ToDouble(value);
            return FromDouble(op == DwarfOp.Abs ? Math.Abs(number) : -number, value.Type!);
        }

        Int128 signed = Signed(RequireInteger(value));
        bool isUnsigned = value.Type is { IsSigned: false };
        return op switch
        {
            DwarfOp.Not => Fit(~value.Bits, value.Type),
            DwarfOp.Neg => Fit(unchecked((UInt128)(-signed)), value.Type),
            _ => Fit(isUnsigned || signed >= 0 ? value.Bits : unchecked((UInt128)(-signed)), value.Type),
        };
    }

    public StackValue Binary(DwarfOp op, StackValue left, StackValue right)
    {
        bool isShift = op is DwarfOp.Shl or DwarfOp.Shr or DwarfOp.Shra;
        BaseType? type = isShift ? left.Type : CommonType(left, right);
        if (type is { IsFloat: true })
        {
            return BinaryFloat(op, ToDouble(left), ToDouble(right), type);
        }

        RequireInteger(left);
        RequireInteger(right);
        return op is >= DwarfOp.Eq and <= DwarfOp.Ne ? Compare(op, left, right, type) : unchecked(op switch
        {
            DwarfOp.And => Fit(left.Bits & right.Bits, type),
            DwarfOp.Or => Fit(left.Bits | right.Bits, type),
            DwarfOp.Xor => Fit(left.Bits ^ right.Bits, type),
            DwarfOp.Plus => Fit(left.Bits + right.Bits, type),
            DwarfOp.Minus => Fit(left.Bits - right.Bits, type),
            DwarfOp.Mul => Fit(left.Bits * right.Bits, type),
            DwarfOp.Div => Divide(left, right, type),
            DwarfOp.Mod => Modulo(left, right, type),
            _ => Shift(op, left, right, type),
        });
    }

    /// <summary>Converts a value to another type: integers by sign extension or cut, floating point numbers by value.</summary>
    public StackValue Convert(StackValue value, BaseType? type)
    {
        if (value.Type is not { IsFloat: true } && type is not { IsFloat: true })
        {
            bool isSigned = value.Type is { IsSigned: true };
            return Fit(isSigned ? unchecked((UInt128)Signed(value)) : value.Bits, type);
        }

        if (type is { IsFloat: true })
        {
            double number = value.Type switch
            {
                { IsFloat: true } => ToDouble(value),
                { IsSigned: true } => (double)Signed(value),
                _ => (double)value.Bits,
            };
            return FromDouble(number, type);
        }

        double source = ToDouble(value);
        return Fit(double.IsNaN(source) || Math.Abs(source) >= 1e38 ? UInt128.Zero : unchecked((UInt128)(Int128)source), type);
    }

    private static StackValue RequireInteger(StackValue value) =>
        value.Type is null or { IsInteger: true } ? value : throw Bad("arithmetic on a value that is no integer");

    // A generic value and an integer of its size are what compilers mean to be the same.
    private BaseType? CommonType(StackValue left, StackValue right)
    {
        bool areAlike = SizeOf(left.Type) == SizeOf(right.Type) && (left.Type is { IsFloat: true }) == (right.Type is { IsFloat: true });
        return areAlike ? left.Type ?? right.Type : throw Bad("arithmetic on values of different types");
    }

    private StackValue Divide(StackValue left, StackValue right, BaseType? type)
    {
        if (right.Bits == 0)
        {
            throw Bad("a division by zero");
        }

        bool isUnsigned = type is { IsSigned: false };
        Int128 divisor = Signed(right);
        UInt128 quotient = isUnsigned ? left.Bits / right.Bits
            : divisor == -1 ? unchecked((UInt128)(-Signed(left))) : unchecked((UInt128)(Signed(left) / divisor));
        return Fit(quotient, type);
    }

    private StackValue Modulo(StackValue left, StackValue right, BaseType? type)
    {
        if (right.Bits == 0)
        {
            throw Bad("a division by zero");
        }

        if (type is not { IsSigned: true })
        {
            return Fit(left.Bits % right.Bits, type);
        }

        Int128 divisor = Signed(right);
        return Fit(divisor == -1 ? UInt128.Zero : unchecked((UInt128)(Signed(left) % divisor)), type);
    }

    private StackValue Shift(DwarfOp op, StackValue left, StackValue right, BaseType? type)
    {
        int bits = SizeOf(type) * 8;
        bool isWide = right.Bits >= (UInt128)bits;
        int count = isWide ? 0 : (int)right.Bits;
        return op switch
        {
            DwarfOp.Shl => Fit(isWide ? UInt128.Zero : left.Bits << count, type),
            DwarfOp.Shr => Fit(isWide ? UInt128.Zero : left.Bits >> count, type),
            DwarfOp.Shra => Fit(unchecked((UInt128)(Signed(left) >> (isWide ? bits - 1 : count))), type),
            _ => throw Bad("an operation is no arithmetic"),
        };
    }

    private StackValue Compare(DwarfOp op, StackValue left, StackValue right, BaseType? type)
    {
        int order = type is { IsSigned: false } ? left.Bits.CompareTo(right.Bits) : Signed(left).CompareTo(Signed(right));
        return Truth(op, order);
    }

    private static StackValue Truth(DwarfOp op, int order)
    {
        bool isTrue = op switch
        {
            DwarfOp.Eq => order == 0,
            DwarfOp.Ne => order != 0,
            DwarfOp.Lt => order < 0,
            DwarfOp.Le => order <= 0,
            DwarfOp.Gt => order > 0,
            _ => order >= 0,
        };
        return new StackValue(isTrue ? UInt128.One : UInt128.Zero, null);
    }

    private static StackValue BinaryFloat(DwarfOp op, double left, double right, BaseType type) => op switch
    {
        DwarfOp.Plus => FromDouble(left + right, type),
        DwarfOp.Minus => FromDouble(left - right, type),
        DwarfOp.Mul => FromDouble(left * right, type),
        DwarfOp.Div => FromDouble(left / right, type),
        >= DwarfOp.Eq and <= DwarfOp.Ne => Truth(op, left.CompareTo(right)),
        _ => throw Bad("bit arithmetic on a floating point number"),
    };

    private static double ToDouble(StackValue value) => value.Type!.ByteSize switch
    {
        4 => BitConverter.UInt32BitsToSingle((uint)value.Bits),
        8 => BitConverter.UInt64BitsToDouble((ulong)value.Bits),
        _ => throw Bad(FormattableString.Invariant($"a floating point number of {value.Type.ByteSize} bytes")),
    };

    private static StackValue FromDouble(double number, BaseType type) => type.ByteSize switch
    {
        4 => new StackValue(BitConverter.SingleToUInt32Bits((float)number), type),
        8 => new StackValue(BitConverter.DoubleToUInt64Bits(number), type),
        _ => throw Bad(FormattableString.Invariant($"a floating point number of {type.ByteSize} bytes")),
    };

    private static DumpFormatException Bad(string what) => new(FormatError.BadValue, "a DWARF expression is damaged: " + what);
}
