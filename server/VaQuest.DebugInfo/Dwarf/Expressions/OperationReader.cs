// OperationReader: decodes DWARF expressions operation by operation.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf.Expressions;

/// <summary>A cursor over an expression. Throws <see cref="DumpFormatException"/> on unknown and cut operations.</summary>
internal ref struct OperationReader
{
    private readonly DwarfEncoding _encoding;
    private SpanReader _reader;

    public OperationReader(ReadOnlySpan<byte> code, in DwarfEncoding encoding)
    {
        _encoding = encoding;
        _reader = new SpanReader(code, encoding.IsBigEndian, encoding.AddressSize);
    }

    /// <summary>Bytes from the expression's start. Setting it outside throws.</summary>
    public int Position
    {
        readonly get => _reader.Position;
        set => _reader.Position = value;
    }

    public readonly bool IsAtEnd => _reader.IsAtEnd;

    /// <summary>Decodes all of an expression, those inside of DW_OP_entry_value too; gives the number of operations. Throws when it is damaged.</summary>
    public static int Check(ReadOnlySpan<byte> code, in DwarfEncoding encoding, int depth = 0)
    {
        var reader = new OperationReader(code, encoding);
        int count = 0;
        while (!reader.IsAtEnd)
        {
            Operation operation = reader.Read();
            count++;
            if (operation.Op is DwarfOp.EntryValue or DwarfOp.GnuEntryValue)
            {
                if (depth >= ExpressionLimits.MaxCalls)
                {
                    throw Bad("entry values nested too deep");
                }

                count += Check(code.Slice(operation.BlockStart, operation.BlockLength), encoding, depth + 1);
            }

            if (operation.Op is DwarfOp.Bra or DwarfOp.Skip)
            {
                reader.CheckJump(operation);
            }
        }

        return count;
    }

    /// <summary>Where a branch goes; throws when that is outside of the expression.</summary>
    public readonly int CheckJump(in Operation operation)
    {
        long target = unchecked(_reader.Position + (long)operation.First);
        return target >= 0 && target <= _reader.Length ? (int)target : throw Bad("a branch leaves the expression");
    }

    public Operation Read()
    {
        var op = (DwarfOp)_reader.ReadByte();
        switch (op)
        {
            case DwarfOp.Deref or (>= DwarfOp.Dup and <= DwarfOp.Over) or (>= DwarfOp.Swap and <= DwarfOp.Plus) or (>= DwarfOp.Shl and <= DwarfOp.Xor)
                or (>= DwarfOp.Eq and <= DwarfOp.Ne) or (>= DwarfOp.Lit0 and <= DwarfOp.Reg31) or DwarfOp.Nop or DwarfOp.PushObjectAddress
                or DwarfOp.FormTlsAddress or DwarfOp.CallFrameCfa or DwarfOp.StackValue or DwarfOp.GnuPushTlsAddress or DwarfOp.GnuUninit:
                return new Operation(op, 0, 0, 0, 0);
            case DwarfOp.Addr:
                return One(op, _reader.ReadWord());
            case DwarfOp.Const1u or DwarfOp.Pick or DwarfOp.DerefSize or DwarfOp.XderefSize:
                return One(op, _reader.ReadByte());
            case DwarfOp.Const1s:
                return One(op, unchecked((ulong)(sbyte)_reader.ReadByte()));
            case DwarfOp.Const2u or DwarfOp.Call2:
                return One(op, _reader.ReadUInt16());
            case DwarfOp.Const2s or DwarfOp.Bra or DwarfOp.Skip:
                return One(op, unchecked((ulong)(short)_reader.ReadUInt16()));
            case DwarfOp.Const4u or DwarfOp.Call4 or DwarfOp.GnuParameterRef:
                return One(op, _reader.ReadUInt32());
            case DwarfOp.Const4s:
                return One(op, unchecked((ulong)_reader.ReadInt32()));
            case DwarfOp.Const8u or DwarfOp.Const8s:
                return One(op, _reader.ReadUInt64());
            case DwarfOp.Constu or DwarfOp.PlusUconst or DwarfOp.Regx or DwarfOp.Piece or DwarfOp.Addrx or DwarfOp.Constx or DwarfOp.Convert
                or DwarfOp.Reinterpret or DwarfOp.GnuConvert or DwarfOp.GnuReinterpret or DwarfOp.GnuAddrIndex or DwarfOp.GnuConstIndex:
                return One(op, _reader.ReadUleb128());
            case DwarfOp.Consts or DwarfOp.Fbreg or (>= DwarfOp.Breg0 and <= DwarfOp.Breg31):
                return One(op, unchecked((ulong)_reader.ReadSleb128()));
            default:
                return ReadComplex(op);
        }
    }

    private static Operation One(DwarfOp op, ulong operand) => new(op, operand, 0, 0, 0);

    private Operation ReadComplex(DwarfOp op)
    {
        switch (op)
        {
            case DwarfOp.Bregx:
                ulong register = _reader.ReadUleb128();
                return new Operation(op, register, unchecked((ulong)_reader.ReadSleb128()), 0, 0);
            case DwarfOp.BitPiece or DwarfOp.RegvalType or DwarfOp.GnuRegvalType:
                ulong first = _reader.ReadUleb128();
                return new Operation(op, first, _reader.ReadUleb128(), 0, 0);
            case DwarfOp.DerefType or DwarfOp.GnuDerefType or DwarfOp.XderefType:
                byte size = _reader.ReadByte();
                return new Operation(op, size, _reader.ReadUleb128(), 0, 0);
            case DwarfOp.CallRef or DwarfOp.GnuVariableValue:
                return One(op, _reader.ReadUInt(ReferenceSize));
            case DwarfOp.ImplicitPointer or DwarfOp.GnuImplicitPointer:
                ulong entry = _reader.ReadUInt(ReferenceSize);
                return new Operation(op, entry, unchecked((ulong)_reader.ReadSleb128()), 0, 0);
            case DwarfOp.ImplicitValue or DwarfOp.EntryValue or DwarfOp.GnuEntryValue:
                return Block(op, 0, _reader.ReadUleb128());
            case DwarfOp.ConstType or DwarfOp.GnuConstType:
                ulong type = _reader.ReadUleb128();
                return Block(op, type, _reader.ReadByte());
            case DwarfOp.GnuEncodedAddr:
                return One(op, ReadEncoded(_reader.ReadByte()));
            default:
                throw Bad(FormattableString.Invariant($"the operation 0x{(int)op:x} is not known"));
        }
    }

    // References in expressions are as wide as offsets, and as addresses in DWARF 2.
    private readonly int ReferenceSize => _encoding.Version <= 2 ? _encoding.AddressSize : _encoding.OffsetSize;

    private Operation Block(DwarfOp op, ulong first, ulong length)
    {
        if (length > (ulong)_reader.Remaining)
        {
            throw Bad(FormattableString.Invariant($"a block of {length} bytes ends behind the expression"));
        }

        int start = _reader.Position;
        _reader.Skip((long)length);
        return new Operation(op, first, 0, start, (int)length);
    }

    // DW_EH_PE_*: only values that stand for themselves mean something in .debug_info.
    private ulong ReadEncoded(byte encoding) => (encoding & 0x0f) switch
    {
        0x00 => _reader.ReadWord(),
        0x01 => _reader.ReadUleb128(),
        0x02 => _reader.ReadUInt16(),
        0x03 => _reader.ReadUInt32(),
        0x04 or 0x0c => _reader.ReadUInt64(),
        0x09 => unchecked((ulong)_reader.ReadSleb128()),
        0x0a => unchecked((ulong)(short)_reader.ReadUInt16()),
        0x0b => unchecked((ulong)_reader.ReadInt32()),
        _ => throw Bad(FormattableString.Invariant($"the address encoding 0x{encoding:x} is not known")),
    };

    private static DumpFormatException Bad(string what) => new(FormatError.BadValue, "a DWARF expression is damaged: " + what);
}
