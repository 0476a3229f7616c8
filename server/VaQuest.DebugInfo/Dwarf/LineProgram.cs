// LineProgram: executes one unit's line number program.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// Header and opcodes of .debug_line, versions 2 to 5 (DWARF 5, 6.2). Of several rows at one address only the last is kept, as it is the
/// one that symbolizers report; is_stmt does not matter for that. A program that is cut keeps the rows before the damage.
/// </summary>
internal sealed class LineProgram
{
    private readonly DwarfSections _sections;
    private readonly long _offset;
    private readonly AddressIntervals.Builder _sequences = new();
    private readonly Growable<int> _firstRows = new();
    private readonly Growable<LineRow> _rows = new(4096);
    private LineProgramHeader _header;

    // The state machine's registers.
    private ulong _address;
    private ulong _opIndex;
    private int _file;
    private int _line;
    private int _column;

    // The sequence being built.
    private bool _inSequence;
    private ulong _sequenceStart;
    private int _sequenceFirstRow;

    public LineProgram(DwarfSections sections, long offset, int addressSize, string compilationDirectory)
    {
        _sections = sections;
        _offset = offset;
        _header = LineProgramHeader.Read(sections, offset, addressSize, compilationDirectory);
    }

    public LineTable Run()
    {
        ReadOnlySpan<byte> bytes = _sections.Lines.Span(_offset, _header.Length);
        var reader = new SpanReader(bytes, _sections.IsBigEndian, _header.AddressSize) { Position = _header.ProgramStart };
        Reset();
        try
        {
            while (!reader.IsAtEnd)
            {
                Step(ref reader);
            }
        }
        catch (DumpFormatException)
        {
            // The rows read so far are right; the sequence that is cut has no end and is dropped.
        }

        if (_inSequence)
        {
            _rows.Truncate(_sequenceFirstRow);
        }

        return new LineTable(_sequences.Build(), _firstRows.ToArray(), _rows.ToArray(), _header.Files);
    }

    private void Reset()
    {
        _address = 0;
        _opIndex = 0;
        _file = 1;
        _line = 1;
        _column = 0;
        _inSequence = false;
    }

    private void Step(ref SpanReader reader)
    {
        byte opcode = reader.ReadByte();
        if (opcode >= _header.OpcodeBase)
        {
            int adjusted = opcode - _header.OpcodeBase;
            Advance((ulong)(adjusted / _header.LineRange));
            _line = unchecked(_line + _header.LineBase + (adjusted % _header.LineRange));
            AddRow();
            return;
        }

        if (opcode == 0)
        {
            Extended(ref reader);
        }
        else
        {
            Standard(opcode, ref reader);
        }
    }

    private void Standard(byte opcode, ref SpanReader reader)
    {
        switch (opcode)
        {
            case 1: // DW_LNS_copy
                AddRow();
                break;
            case 2: // DW_LNS_advance_pc
                Advance(reader.ReadUleb128());
                break;
            case 3: // DW_LNS_advance_line
                _line = unchecked(_line + (int)reader.ReadSleb128());
                break;
            case 4: // DW_LNS_set_file
                _file = ToCount(reader.ReadUleb128());
                break;
            case 5: // DW_LNS_set_column
                _column = ToCount(reader.ReadUleb128());
                break;
            case 6 or 7 or 10 or 11: // negate_stmt, set_basic_block, set_prologue_end, set_epilogue_begin
                break;
            case 8: // DW_LNS_const_add_pc
                Advance((ulong)((255 - _header.OpcodeBase) / _header.LineRange));
                break;
            case 9: // DW_LNS_fixed_advance_pc
                _address = unchecked(_address + reader.ReadUInt16());
                _opIndex = 0;
                break;
            default: // DW_LNS_set_isa and unknown ones: the header says how many operands they have
                for (int i = _header.OperandCounts.Span(opcode - 1, 1)[0]; i > 0; i--)
                {
                    reader.ReadUleb128();
                }

                break;
        }
    }

    private void Extended(ref SpanReader reader)
    {
        ulong length = reader.ReadUleb128();
        if (length == 0)
        {
            return;
        }

        ReadOnlySpan<byte> body = reader.ReadBytes(ToCount(length));
        var operands = new SpanReader(body[1..], _sections.IsBigEndian);
        switch (body[0])
        {
            case 1: // DW_LNE_end_sequence
                EndSequence();
                Reset();
                break;
            case 2: // DW_LNE_set_address
                _address = operands.ReadUInt(body.Length - 1);
                _opIndex = 0;
                break;
            default: // define_file is not emitted by compilers; set_discriminator and vendor opcodes do not matter here
                break;
        }
    }

    private void Advance(ulong operations)
    {
        unchecked
        {
            if (_header.MaxOperations <= 1)
            {
                _address += _header.MinInstructionLength * operations;
                return;
            }

            ulong index = _opIndex + operations;
            _address += _header.MinInstructionLength * (index / _header.MaxOperations);
            _opIndex = index % _header.MaxOperations;
        }
    }

    private void AddRow()
    {
        if (!_inSequence)
        {
            _inSequence = true;
            _sequenceStart = _address;
            _sequenceFirstRow = _rows.Count;
        }

        // Addresses in a sequence only grow and span less than 4 GB; rows that claim otherwise are damage.
        ulong delta = unchecked(_address - _sequenceStart);
        if (delta > uint.MaxValue || (_rows.Count > _sequenceFirstRow && delta < _rows[_rows.Count - 1].Delta))
        {
            return;
        }

        var row = new LineRow((uint)delta, _file, Math.Max(0, _line), _column);
        if (_rows.Count > _sequenceFirstRow && _rows[_rows.Count - 1].Delta == row.Delta)
        {
            _rows[_rows.Count - 1] = row;
            return;
        }

        _rows.Add(row);
    }

    private void EndSequence()
    {
        if (!_inSequence)
        {
            return;
        }

        if (_address <= _sequenceStart)
        {
            _rows.Truncate(_sequenceFirstRow);
            return;
        }

        _sequences.Add(_sequenceStart, _address, _firstRows.Count);
        _firstRows.Add(_sequenceFirstRow);
    }

    private static int ToCount(ulong value) => (int)Math.Min(int.MaxValue, value);
}
