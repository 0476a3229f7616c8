// ExpressionEvaluator: the stack machine of DWARF expressions.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf.Expressions;

/// <summary>
/// Evaluates DWARF expressions (DWARF 5, 2.5 and 2.6) with the GNU extensions. Knows no dump and no frame: it asks an
/// <see cref="IExpressionContext"/>. Never throws on data: a damaged or unbounded expression gives an absent location with the reason.
/// One evaluator serves one thread.
/// </summary>
/// <param name="encoding">Address size, offset size and byte order of the expressions.</param>
/// <param name="context">The frame.</param>
/// <param name="unit">The unit that the expressions belong to, for typed operations, calls and indexed addresses; null in call frame information.</param>
public sealed class ExpressionEvaluator(DwarfEncoding encoding, IExpressionContext context, DwarfUnit? unit = null)
{
    private readonly StackArithmetic _arithmetic = new(encoding.AddressSize);
    private StackValue[] _stack = new StackValue[16];
    private int _count;
    private int _operations;
    private int _calls;
    private long _pieceBits;
    private List<LocationPiece>? _pieces;
    private DwarfLocation? _place;
    private Absence? _absence;
    private bool _isFromCaller;

    /// <summary>Evaluates an expression to a location.</summary>
    /// <param name="code">The expression.</param>
    /// <param name="initial">What is on the stack at the start: the CFA for DW_CFA_expression and DW_CFA_val_expression; null for nothing.</param>
    public DwarfLocation Evaluate(ReadOnlySpan<byte> code, ulong? initial = null)
    {
        _count = 0;
        _operations = 0;
        _calls = 0;
        _pieceBits = 0;
        _pieces = null;
        _place = null;
        _absence = null;
        _isFromCaller = false;
        try
        {
            if (initial is { } first)
            {
                Push(first);
            }

            return Run(code) ? Finish() : DwarfLocation.Absent(_absence ?? Absence.OptimisedOut);
        }
        catch (DumpFormatException error)
        {
            return DwarfLocation.Absent(Absence.Damaged(error.Message));
        }
    }

    /// <summary>Decodes an expression without evaluating it; gives the number of operations. Throws <see cref="DumpFormatException"/>.</summary>
    public static int Check(ReadOnlySpan<byte> code, DwarfEncoding encoding) => OperationReader.Check(code, encoding);

    private bool Run(ReadOnlySpan<byte> code)
    {
        var reader = new OperationReader(code, encoding);
        while (!reader.IsAtEnd)
        {
            Operation operation = reader.Read();
            if (++_operations > ExpressionLimits.MaxOperations)
            {
                throw Bad(FormattableString.Invariant($"it runs longer than {ExpressionLimits.MaxOperations} operations"));
            }

            bool isBranch = operation.Op == DwarfOp.Skip || (operation.Op == DwarfOp.Bra && Pop().Bits != 0);
            if (isBranch)
            {
                reader.Position = reader.CheckJump(operation);
            }
            else if (operation.Op != DwarfOp.Bra && !Execute(operation, code))
            {
                return false;
            }
        }

        return true;
    }

    // False when a value that is needed is absent; the reason is in _absence.
    private bool Execute(in Operation operation, ReadOnlySpan<byte> code)
    {
        DwarfOp op = operation.Op;
        switch (op)
        {
            case >= DwarfOp.Lit0 and <= DwarfOp.Lit31:
                return Push((ulong)(op - DwarfOp.Lit0));
            case >= DwarfOp.Reg0 and <= DwarfOp.Reg31:
                return Place(DwarfLocation.InRegister(op - DwarfOp.Reg0));
            case >= DwarfOp.Breg0 and <= DwarfOp.Breg31:
                return PushRegister(op - DwarfOp.Breg0, operation.First);
            case >= DwarfOp.Const1u and <= DwarfOp.Consts:
                return Push(operation.First);
            case DwarfOp.Abs or DwarfOp.Neg or DwarfOp.Not:
                return Push(_arithmetic.Unary(op, Pop()));
            case (>= DwarfOp.And and <= DwarfOp.Plus) or (>= DwarfOp.Shl and <= DwarfOp.Xor) or (>= DwarfOp.Eq and <= DwarfOp.Ne):
                StackValue right = Pop();
                return Push(_arithmetic.Binary(op, Pop(), right));
            case DwarfOp.PlusUconst:
                StackValue sum = Pop();
                return Push(_arithmetic.Fit(unchecked(sum.Bits + operation.First), sum.Type));
            case DwarfOp.Dup or DwarfOp.Drop or DwarfOp.Over or DwarfOp.Pick or DwarfOp.Swap or DwarfOp.Rot:
                return MoveStack(op, operation.First);
            case DwarfOp.Nop or DwarfOp.GnuUninit:
                return true;
            case DwarfOp.Piece or DwarfOp.BitPiece:
                return AddPiece(operation);
            default:
                return ExecutePlace(operation, code);
        }
    }

    private bool ExecutePlace(in Operation operation, ReadOnlySpan<byte> code)
    {
        switch (operation.Op)
        {
            case DwarfOp.Regx:
                return Place(DwarfLocation.InRegister(ToRegister(operation.First)));
            case DwarfOp.Bregx:
                return PushRegister(ToRegister(operation.First), operation.Second);
            case DwarfOp.StackValue:
                StackValue value = Pop();
                return Place(DwarfLocation.OfValue(value.Bits, _arithmetic.SizeOf(value.Type), _isFromCaller));
            case DwarfOp.ImplicitValue:
                return Place(DwarfLocation.OfBytes(code.Slice(operation.BlockStart, operation.BlockLength).ToArray()));
            case DwarfOp.ImplicitPointer or DwarfOp.GnuImplicitPointer:
                return Place(DwarfLocation.ImplicitPointer(unchecked((long)operation.First), unchecked((long)operation.Second)));
            case DwarfOp.Addr or DwarfOp.GnuEncodedAddr:
                return PushAnswer(context.Relocate(operation.First, out Absence? unmoved), unmoved, 0);
            case DwarfOp.Addrx or DwarfOp.GnuAddrIndex:
                return PushAnswer(context.Relocate(Indexed(operation.First), out Absence? unindexed), unindexed, 0);
            case DwarfOp.Constx or DwarfOp.GnuConstIndex:
                return Push(Indexed(operation.First));
            case DwarfOp.Fbreg:
                return PushAnswer(context.FindFrameBase(out Absence? noBase), noBase, operation.First);
            case DwarfOp.CallFrameCfa:
                return PushAnswer(context.FindCfa(out Absence? noCfa), noCfa, 0);
            case DwarfOp.PushObjectAddress:
                return PushAnswer(context.FindObjectAddress(out Absence? noObject), noObject, 0);
            case DwarfOp.FormTlsAddress or DwarfOp.GnuPushTlsAddress:
                return PushAnswer(context.FindThreadAddress((ulong)_arithmetic.Fit(Pop().Bits, null).Bits, out Absence? noThread), noThread, 0);
            default:
                return ExecuteTyped(operation, code);
        }
    }

    private bool ExecuteTyped(in Operation operation, ReadOnlySpan<byte> code)
    {
        switch (operation.Op)
        {
            case DwarfOp.Deref:
                return Dereference(encoding.AddressSize, null);
            case DwarfOp.DerefSize:
                return Dereference(operation.First, null);
            case DwarfOp.DerefType or DwarfOp.GnuDerefType:
                return Dereference(operation.First, TypeAt(operation.Second));
            case DwarfOp.Xderef or DwarfOp.XderefSize or DwarfOp.XderefType:
                return Fail(Absence.Unknown("it is in another address space, which kernels do not have"));
            case DwarfOp.ConstType or DwarfOp.GnuConstType:
                return Push(_arithmetic.Fit(Decode(code.Slice(operation.BlockStart, operation.BlockLength)), TypeAt(operation.First)));
            case DwarfOp.RegvalType or DwarfOp.GnuRegvalType:
                ulong? register = context.FindRegister(ToRegister(operation.First), out Absence? lost);
                return register is { } bits ? Push(_arithmetic.Fit(bits, TypeAt(operation.Second))) : Fail(lost);
            case DwarfOp.Convert or DwarfOp.GnuConvert:
                return Push(_arithmetic.Convert(Pop(), operation.First == 0 ? null : TypeAt(operation.First)));
            case DwarfOp.Reinterpret or DwarfOp.GnuReinterpret:
                return Push(_arithmetic.Fit(Pop().Bits, operation.First == 0 ? null : TypeAt(operation.First)));
            case DwarfOp.EntryValue or DwarfOp.GnuEntryValue:
                ReadOnlySpan<byte> entry = code.Slice(operation.BlockStart, operation.BlockLength);
                _isFromCaller = true;
                return PushAnswer(context.FindEntryValue(entry, out Absence? noEntry), noEntry, 0);
            case DwarfOp.GnuParameterRef:
                _isFromCaller = true;
                return PushAnswer(context.FindParameterAtEntry(InUnit(operation.First), out Absence? noParameter), noParameter, 0);
            case DwarfOp.GnuVariableValue:
                return PushAnswer(context.FindVariableValue(unchecked((long)operation.First), out Absence? noVariable), noVariable, 0);
            case DwarfOp.Call2 or DwarfOp.Call4:
                return Call(InUnit(operation.First));
            case DwarfOp.CallRef:
                return Call(unchecked((long)operation.First));
            default:
                throw Bad(FormattableString.Invariant($"the operation 0x{(int)operation.Op:x} is not known"));
        }
    }

    private DwarfLocation Finish()
    {
        if (_pieces is not null)
        {
            return _place is null && _count == 0 ? DwarfLocation.InPieces(_pieces) : throw Bad("something follows its last piece");
        }

        return TakePlace();
    }

    // What the operations since the start or the last piece describe.
    private DwarfLocation TakePlace()
    {
        DwarfLocation place = _place ?? (_count == 0
            ? DwarfLocation.Absent(Absence.OptimisedOut)
            : DwarfLocation.Memory((ulong)_arithmetic.Fit(_stack[_count - 1].Bits, null).Bits, _isFromCaller));
        _place = null;
        _count = 0;
        return place;
    }

    private bool AddPiece(in Operation operation)
    {
        _pieces ??= [];
        bool isBits = operation.Op == DwarfOp.BitPiece;
        ulong most = (ulong)ExpressionLimits.MaxPieceBits;
        if (operation.First > most || operation.Second > most || _pieces.Count >= ExpressionLimits.MaxPieces)
        {
            throw Bad(FormattableString.Invariant($"it has more than {ExpressionLimits.MaxPieces} pieces, or one above {most / 8} bytes"));
        }

        long bits = (long)operation.First * (isBits ? 1 : 8);
        _pieceBits += bits;
        DwarfLocation place = TakePlace();
        if (bits > 0 && _pieceBits <= ExpressionLimits.MaxPieceBits * 2)
        {
            _pieces.Add(new LocationPiece(place, bits, isBits ? (long)operation.Second : 0));
        }

        return true;
    }

    private bool Call(long infoOffset)
    {
        if (++_calls > ExpressionLimits.MaxCalls)
        {
            throw Bad("calls of other expressions are nested too deep");
        }

        // The called entry may have no location; then the call does nothing (DWARF 5, 2.5.1.5).
        bool isDone = true;
        if (unit?.Image.FindEntry(infoOffset) is { } callee)
        {
            DwarfValue location = callee.Find(DwarfAttribute.Location);
            isDone = !location.IsBlock || Run(callee.Unit.BlockOf(location));
        }

        _calls--;
        return isDone;
    }

    private bool Dereference(ulong count, BaseType? type)
    {
        if (count is < 1 or > 16 || (type is null && count > encoding.AddressSize))
        {
            throw Bad(FormattableString.Invariant($"it reads {count} bytes at once"));
        }

        int size = (int)count;
        Span<byte> bytes = stackalloc byte[16];
        ulong address = (ulong)_arithmetic.Fit(Pop().Bits, null).Bits;
        return context.ReadMemory(address, bytes[..size]) is { } missing ? Fail(missing) : Push(_arithmetic.Fit(Decode(bytes[..size]), type));
    }

    private UInt128 Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 16)
        {
            throw Bad(FormattableString.Invariant($"a constant of {bytes.Length} bytes"));
        }

        UInt128 value = UInt128.Zero;
        for (int i = 0; i < bytes.Length; i++)
        {
            value = (value << 8) | bytes[encoding.IsBigEndian ? i : bytes.Length - 1 - i];
        }

        return value;
    }

    private bool MoveStack(DwarfOp op, ulong index)
    {
        switch (op)
        {
            case DwarfOp.Dup:
                return Push(Peek(0));
            case DwarfOp.Drop:
                Pop();
                return true;
            case DwarfOp.Over:
                return Push(Peek(1));
            case DwarfOp.Pick:
                return Push(Peek((int)index));
            case DwarfOp.Swap:
                _ = Peek(1);
                (_stack[_count - 1], _stack[_count - 2]) = (_stack[_count - 2], _stack[_count - 1]);
                return true;
            default:
                StackValue third = Peek(2);
                (StackValue first, StackValue second) = (Peek(0), Peek(1));
                _stack[_count - 1] = second;
                _stack[_count - 2] = third;
                _stack[_count - 3] = first;
                return true;
        }
    }

    private bool Place(DwarfLocation place)
    {
        if (_place is not null)
        {
            throw Bad("two locations without a piece between them");
        }

        _place = place;
        return true;
    }

    private bool PushRegister(int register, ulong offset) => PushAnswer(context.FindRegister(register, out Absence? lost), lost, offset);

    private bool PushAnswer(ulong? answer, Absence? reason, ulong offset) => answer is { } value ? Push(unchecked(value + offset)) : Fail(reason);

    private bool Fail(Absence? reason)
    {
        _absence = reason ?? Absence.Unknown("it is not known");
        return false;
    }

    private bool Push(ulong bits) => Push(_arithmetic.Fit(bits, null));

    private bool Push(StackValue value)
    {
        if (_count == _stack.Length)
        {
            if (_count >= ExpressionLimits.MaxStack)
            {
                throw Bad(FormattableString.Invariant($"its stack grows above {ExpressionLimits.MaxStack} values"));
            }

            Array.Resize(ref _stack, _count * 2);
        }

        _stack[_count++] = value;
        return true;
    }

    private StackValue Pop() => _count > 0 ? _stack[--_count] : throw Bad("it takes a value from an empty stack");

    private StackValue Peek(int depth) => depth < _count ? _stack[_count - 1 - depth] : throw Bad("it takes a value from an empty stack");

    private static int ToRegister(ulong number) => number <= ushort.MaxValue ? (int)number : throw Bad("a register number is too large");

    private long InUnit(ulong offset) => unit is null ? -1 : unit.Offset + (long)Math.Min(offset, int.MaxValue);

    private ulong Indexed(ulong index) =>
        unit?.AddressOf(new DwarfValue(DwarfForm.Addrx, index)) ?? throw Bad("an indexed address outside of a unit");

    private BaseType? TypeAt(ulong offset)
    {
        if (unit is null || offset > int.MaxValue)
        {
            throw Bad("a typed operation outside of a unit");
        }

        DwarfDie entry = unit.EntryAt(unit.Offset + (long)offset);
        ulong size = entry.Find(DwarfAttribute.ByteSize).Bits;
        return entry.Tag == DwarfTag.BaseType && size is >= 1 and <= 16
            ? new BaseType((int)Math.Min(255, entry.Find(DwarfAttribute.Encoding).Bits), (int)size)
            : throw Bad("a typed operation names no base type");
    }

    private static DumpFormatException Bad(string what) => new(FormatError.BadValue, "a DWARF expression is damaged: " + what);
}
