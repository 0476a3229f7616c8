// CallFrameProgram: runs the instructions of a frame description.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf;

namespace VaQuest.DebugInfo.Frames;

/// <summary>
/// Call frame instructions (DWARF 5, 6.4.2 and 7.24, and the GNU ones). Instructions have no loops: a program ends with its bytes. Used by one thread
/// at a time; remembered rows are bounded.
/// </summary>
internal ref struct CallFrameProgram
{
    /// <summary>Compilers nest two or three.</summary>
    public const int MaxRemembered = 64;

    private readonly CallFrameSection _section;
    private readonly FrameDescription _description;
    private readonly UnwindRow _row;
    private UnwindRow? _initial;
    private UnwindRow[] _remembered = [];
    private int _depth;
    private ulong _location;

    public CallFrameProgram(CallFrameSection section, in FrameDescription description, UnwindRow row)
    {
        _section = section;
        _description = description;
        _row = row;
        _location = description.Start;
    }

    /// <summary>Leaves the row of an address in the row. Throws <see cref="DumpFormatException"/> when the program is damaged.</summary>
    public void RunTo(ulong address) => Run(unchecked(address - _description.Start), null);

    /// <summary>Runs the whole program and gives each row to <paramref name="visit"/> with its first address.</summary>
    public void RunAll(Action<ulong, UnwindRow> visit) => Run(ulong.MaxValue, visit);

    private void Run(ulong distance, Action<ulong, UnwindRow>? visit)
    {
        CommonEntry common = _description.Common;
        _row.Begin(UnwindRowSource.CallFrames, UnwindRowType.Call, common.ReturnRegister, common.IsSignal);
        Execute(common.Program, common.ProgramLength, ulong.MaxValue, null);
        _initial = new UnwindRow(_row.RegisterCount);
        _row.CopyTo(_initial);
        _location = _description.Start;
        Execute(_description.Program, _description.ProgramLength, distance, visit);
        Finish(_row);
        visit?.Invoke(_location, _row);
    }

    /// <summary>A return address that is undefined marks the outermost frame.</summary>
    private static void Finish(UnwindRow row) => row.SetType(
        row.RuleOf(row.ReturnRegister).Kind == RegisterRuleKind.Undefined ? UnwindRowType.EndOfStack : UnwindRowType.Call);

    private void Execute(long offset, int length, ulong distance, Action<ulong, UnwindRow>? visit)
    {
        SpanReader reader = _section.ReaderAt(offset, length, _description.Common.AddressSize);
        while (!reader.IsAtEnd)
        {
            ulong before = _location;
            int at = reader.Position;
            byte op = reader.ReadByte();
            if (TryAdvance(ref reader, op, offset))
            {
                if (unchecked(_location - _description.Start) > distance)
                {
                    return;
                }

                if (visit is not null && _location != before)
                {
                    Finish(_row);
                    visit(before, _row);
                }
            }
            else
            {
                Apply(ref reader, op, offset + at);
            }
        }
    }

    private bool TryAdvance(ref SpanReader reader, byte op, long offset)
    {
        ulong delta;
        switch (op)
        {
            case >= 0x40 and < 0x80: // DW_CFA_advance_loc
                delta = (ulong)(op & 0x3f);
                break;
            case 0x01: // DW_CFA_set_loc
                _location = _section.ReadAddress(ref reader, _description.Common, offset, _description.Start);
                return true;
            case 0x02: // DW_CFA_advance_loc1
                delta = reader.ReadByte();
                break;
            case 0x03: // DW_CFA_advance_loc2
                delta = reader.ReadUInt16();
                break;
            case 0x04: // DW_CFA_advance_loc4
                delta = reader.ReadUInt32();
                break;
            case 0x1d: // DW_CFA_MIPS_advance_loc8
                delta = reader.ReadUInt64();
                break;
            default:
                return false;
        }

        _location = unchecked(_location + (delta * _description.Common.CodeAlignment));
        return true;
    }

    private void Apply(ref SpanReader reader, byte op, long at)
    {
        switch (op)
        {
            case >= 0x80 and < 0xc0: // DW_CFA_offset
                _row.SetRule(op & 0x3f, RegisterRule.At(Factored(reader.ReadUleb128())));
                break;
            case >= 0xc0: // DW_CFA_restore
                Restore(op & 0x3f);
                break;
            case 0x00 or 0x2d: // DW_CFA_nop, DW_CFA_GNU_window_save
                break;
            case >= 0x0c and <= 0x0f or 0x12 or 0x13:
                ApplyToCfa(ref reader, op, at);
                break;
            case 0x0a:
                Remember(at);
                break;
            case 0x0b:
                Recall(at);
                break;
            case 0x2e: // DW_CFA_GNU_args_size: what a callee leaves for exception handlers.
                reader.ReadUleb128();
                break;
            default:
                ApplyToRegister(ref reader, op, at);
                break;
        }
    }

    private void ApplyToRegister(ref SpanReader reader, byte op, long at)
    {
        if (op is not ((>= 0x05 and <= 0x09) or 0x10 or 0x11 or (>= 0x14 and <= 0x16) or 0x2f))
        {
            throw DwarfErrors.Unsupported(_section.Name, at, FormattableString.Invariant($"the call frame instruction 0x{op:x}"));
        }

        int register = ReadRegister(ref reader);
        switch (op)
        {
            case 0x05: // DW_CFA_offset_extended
                _row.SetRule(register, RegisterRule.At(Factored(reader.ReadUleb128())));
                break;
            case 0x06: // DW_CFA_restore_extended
                Restore(register);
                break;
            case 0x07: // DW_CFA_undefined
                _row.SetRule(register, RegisterRule.Undefined);
                break;
            case 0x08: // DW_CFA_same_value
                _row.SetRule(register, RegisterRule.Same);
                break;
            case 0x09: // DW_CFA_register
                _row.SetRule(register, new RegisterRule(RegisterRuleKind.Register, 0, ReadRegister(ref reader)));
                break;
            case 0x10: // DW_CFA_expression
                _row.SetRule(register, new RegisterRule(RegisterRuleKind.Expression, Expression: ReadBlock(ref reader)));
                break;
            case 0x11: // DW_CFA_offset_extended_sf
                _row.SetRule(register, RegisterRule.At(Factored(reader.ReadSleb128())));
                break;
            case 0x14: // DW_CFA_val_offset
                _row.SetRule(register, new RegisterRule(RegisterRuleKind.ValueOffset, Factored(reader.ReadUleb128())));
                break;
            case 0x15: // DW_CFA_val_offset_sf
                _row.SetRule(register, new RegisterRule(RegisterRuleKind.ValueOffset, Factored(reader.ReadSleb128())));
                break;
            case 0x16: // DW_CFA_val_expression
                _row.SetRule(register, new RegisterRule(RegisterRuleKind.ValueExpression, Expression: ReadBlock(ref reader)));
                break;
            default: // DW_CFA_GNU_negative_offset_extended
                _row.SetRule(register, RegisterRule.At(unchecked(-Factored(reader.ReadUleb128()))));
                break;
        }
    }

    private void ApplyToCfa(ref SpanReader reader, byte op, long at)
    {
        switch (op)
        {
            case 0x0c: // DW_CFA_def_cfa
                int register = ReadRegister(ref reader);
                _row.SetCfa(new CfaRule(CfaRuleKind.RegisterOffset, register, unchecked((long)reader.ReadUleb128())));
                return;
            case 0x12: // DW_CFA_def_cfa_sf
                int signed = ReadRegister(ref reader);
                _row.SetCfa(new CfaRule(CfaRuleKind.RegisterOffset, signed, Factored(reader.ReadSleb128())));
                return;
            case 0x0f: // DW_CFA_def_cfa_expression
                _row.SetCfa(new CfaRule(CfaRuleKind.Expression, Expression: ReadBlock(ref reader)));
                return;
        }

        if (_row.Cfa.Kind != CfaRuleKind.RegisterOffset)
        {
            throw DwarfErrors.Bad(_section.Name, at, "a part of a frame address is changed where there is none");
        }

        _row.SetCfa(op switch
        {
            0x0d => _row.Cfa with { Register = ReadRegister(ref reader) }, // DW_CFA_def_cfa_register
            0x0e => _row.Cfa with { Offset = unchecked((long)reader.ReadUleb128()) }, // DW_CFA_def_cfa_offset
            _ => _row.Cfa with { Offset = Factored(reader.ReadSleb128()) }, // DW_CFA_def_cfa_offset_sf
        });
    }

    private readonly void Restore(int register)
    {
        if (_initial is not null)
        {
            _row.SetRule(register, _initial.RuleOf(register));
        }
    }

    private void Remember(long at)
    {
        if (_depth == MaxRemembered)
        {
            throw DwarfErrors.TooMany(_section.Name, at, "rows remembered too deep", MaxRemembered);
        }

        if (_depth == _remembered.Length)
        {
            Array.Resize(ref _remembered, Math.Max(2, _depth * 2));
        }

        _remembered[_depth] ??= new UnwindRow(_row.RegisterCount);
        _row.CopyTo(_remembered[_depth++]);
    }

    private void Recall(long at)
    {
        if (_depth == 0)
        {
            throw DwarfErrors.Bad(_section.Name, at, "a row is restored that was not remembered");
        }

        _remembered[--_depth].CopyTo(_row);
    }

    private static int ReadRegister(ref SpanReader reader) => (int)Math.Min(reader.ReadUleb128(), int.MaxValue);

    private static byte[] ReadBlock(ref SpanReader reader)
    {
        ulong length = reader.ReadUleb128();
        return reader.ReadBytes(length <= int.MaxValue ? (int)length : int.MaxValue).ToArray();
    }

    private readonly long Factored(ulong offset) => Factored(unchecked((long)offset));

    private readonly long Factored(long offset) => unchecked(offset * _description.Common.DataAlignment);
}
