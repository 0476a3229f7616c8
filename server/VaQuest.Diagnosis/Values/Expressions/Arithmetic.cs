// Arithmetic: C's operators on integers and pointers.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>
/// Computes modulo the width of the operands' common type, as the C of the crashed machine would (C11 6.3.1.8). Throws
/// <see cref="ExpressionException"/> when an operand is absent or of a type without arithmetic.
/// </summary>
internal sealed class Arithmetic(KernelValues values, BasicTypes basic)
{
    /// <summary>A scalar with its sign, and its type after C's promotions. Arrays and functions decay to pointers.</summary>
    public (Int128 Number, CType Type) Read(TypedValue value, int position)
    {
        CType type = values.Resolve(value.Type);
        if (type is ArrayType or FunctionType)
        {
            VirtAddr address = value.Address ?? throw new ExpressionException("it is not in memory, so it has no address", position);
            CType target = type is ArrayType array ? array.Element : value.Type;
            return ((Int128)address.Value, basic.PointerTo(target));
        }

        if (type is not (IntegerType or EnumType or PointerType))
        {
            throw new ExpressionException(type is VoidType
                ? "its type is not known: cast its address, as in *(unsigned long *)&name"
                : $"a value of type {TypeText.Of(value.Type)} has no arithmetic", position);
        }

        if (!values.TryReadInteger(value, out Int128 number, out Absence? reason))
        {
            throw new ExpressionException(reason!.Text, position);
        }

        return type is PointerType ? (number, value.Type) : (number, Promote(type, value.BitSize));
    }

    public bool IsTrue(TypedValue value, int position) => Read(value, position).Number != 0;

    public TypedValue Of(CType type, Int128 number) => values.Of(type, unchecked((UInt128)number));

    public TypedValue Unary(string op, TypedValue value, int position)
    {
        (Int128 number, CType type) = Read(value, position);
        if (op == "!")
        {
            return Of(BasicTypes.Int, number == 0 ? 1 : 0);
        }

        if (type.Unqualified is PointerType)
        {
            throw new ExpressionException($"\"{op}\" has no meaning for a pointer", position);
        }

        return Of(type, op switch { "-" => unchecked(-number), "~" => ~number, _ => number });
    }

    public TypedValue Binary(string op, TypedValue left, TypedValue right, int position)
    {
        (Int128 a, CType leftType) = Read(left, position);
        (Int128 b, CType rightType) = Read(right, position);
        bool isLeftPointer = leftType.Unqualified is PointerType;
        bool isRightPointer = rightType.Unqualified is PointerType;
        if (op is "==" or "!=" or "<" or ">" or "<=" or ">=")
        {
            return Of(BasicTypes.Int, Compare(op, a, b, leftType, rightType) ? 1 : 0);
        }

        if (isLeftPointer || isRightPointer)
        {
            return OfPointers(op, (a, leftType, isLeftPointer), (b, rightType, isRightPointer), position);
        }

        CType type = op is "<<" or ">>" ? leftType : Common(leftType, rightType);
        return Of(type, Compute(op, Fit(a, type), Fit(b, op is "<<" or ">>" ? rightType : type), type, position));
    }

    private IntegerType Promote(CType type, int bitSize)
    {
        long size = type.ByteSize ?? 4;
        bool isSigned = type is IntegerType { IsSigned: true } or EnumType { IsSigned: true };
        bool isSmall = size < 4 || (bitSize > 0 && bitSize < 32);
        return basic.Integer(size, isSigned || isSmall);
    }

    private IntegerType Common(CType left, CType right)
    {
        long size = Math.Max(left.ByteSize ?? 4, right.ByteSize ?? 4);
        bool isUnsigned = IsUnsigned(left, size) || IsUnsigned(right, size);
        return basic.Integer(size, !isUnsigned);
    }

    private static bool IsUnsigned(CType type, long size) => type.ByteSize == size && type is IntegerType { IsSigned: false };

    private static bool Compare(string op, Int128 a, Int128 b, CType left, CType right)
    {
        long size = Math.Max(left.ByteSize ?? 4, right.ByteSize ?? 4);
        bool isUnsigned = left.Unqualified is PointerType || right.Unqualified is PointerType || IsUnsigned(left, size) || IsUnsigned(right, size);
        if (isUnsigned && size <= 8)
        {
            Int128 mask = ((Int128)1 << (int)(size * 8)) - 1;
            (a, b) = (a & mask, b & mask);
        }

        return op switch { "==" => a == b, "!=" => a != b, "<" => a < b, ">" => a > b, "<=" => a <= b, _ => a >= b };
    }

    private TypedValue OfPointers(string op, (Int128 Number, CType Type, bool IsPointer) a, (Int128 Number, CType Type, bool IsPointer) b, int position)
    {
        if (op == "-" && a.IsPointer && b.IsPointer)
        {
            return Of(basic.Long, Fit(unchecked(a.Number - b.Number), basic.Long) / SizeOf(a.Type, position));
        }

        if (op == "+" && a.IsPointer != b.IsPointer)
        {
            return a.IsPointer
                ? Of(a.Type, unchecked(a.Number + (b.Number * SizeOf(a.Type, position))))
                : Of(b.Type, unchecked(b.Number + (a.Number * SizeOf(b.Type, position))));
        }

        if (op == "-" && a.IsPointer)
        {
            return Of(a.Type, unchecked(a.Number - (b.Number * SizeOf(a.Type, position))));
        }

        throw new ExpressionException($"\"{op}\" has no meaning for pointers; cast them to unsigned long", position);
    }

    // GNU C: void and functions count as one byte.
    private long SizeOf(CType pointer, int position)
    {
        CType target = ((PointerType)pointer.Unqualified).Target;
        CType resolved = values.Resolve(target);
        return resolved is VoidType or FunctionType ? 1 : values.SizeOf(target) is { } size and > 0 ? size
            : throw new ExpressionException($"{TypeText.Of(target)} has no known size, so a pointer to it cannot be moved", position);
    }

    private static Int128 Compute(string op, Int128 a, Int128 b, CType type, int position)
    {
        bool isDivision = op is "/" or "%";
        if (isDivision && b == 0)
        {
            throw new ExpressionException("division by zero", position);
        }

        bool isShift = op is "<<" or ">>";
        if (isShift && (b < 0 || b >= (type.ByteSize ?? 4) * 8))
        {
            throw new ExpressionException("the shift is wider than its operand", position);
        }

        return unchecked(op switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => b == -1 ? -a : a / b,
            "%" => b == -1 ? 0 : a % b,
            "&" => a & b,
            "|" => a | b,
            "^" => a ^ b,
            "<<" => a << (int)b,
            ">>" => a >> (int)b,
            _ => throw new ExpressionException($"\"{op}\" is not known", position),
        });
    }

    // The number as a value of the type.
    private static Int128 Fit(Int128 number, CType type)
    {
        int unused = 128 - (int)((type.ByteSize ?? 4) * 8);
        Int128 shifted = unchecked(number << unused);
        return type is IntegerType { IsSigned: false } ? (Int128)(unchecked((UInt128)shifted) >> unused) : shifted >> unused;
    }
}
