// DieReader: the cursor over a unit's debugging information entries.
using System.Runtime.CompilerServices;
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// Walks entries in file order. Each entry is read as: <see cref="TryReadEntry"/>, then either all of its attributes one by one with
/// ReadValue, or <see cref="SkipAttributes"/>, or <see cref="SkipEntry"/> for the entry with its children. Positions are
/// bytes from the unit's start and only ever grow.
/// </summary>
internal ref struct DieReader
{
    // DW_FORM_indirect may name itself; compilers never nest it.
    private const int MaxIndirections = 4;

    private readonly AbbreviationTable _abbreviations;
    private readonly DwarfEncoding _encoding;
    private readonly long _unitOffset;
    private SpanReader _reader;

    public DieReader(ReadOnlySpan<byte> unitBytes, AbbreviationTable abbreviations, in DwarfUnitHeader header, int position)
    {
        _abbreviations = abbreviations;
        _encoding = header.Encoding;
        _unitOffset = header.Offset;
        _reader = new SpanReader(unitBytes, header.Encoding.IsBigEndian);
        if (position < header.HeaderLength || position > unitBytes.Length)
        {
            throw Bad("an entry lies outside its unit");
        }

        _reader.Position = position;
    }

    public readonly int Position => _reader.Position;

    public readonly bool IsAtEnd => _reader.IsAtEnd;

    public readonly SpecList SpecsOf(in Abbreviation abbreviation) => _abbreviations.SpecsOf(abbreviation);

    /// <summary>Reads an entry's abbreviation code. False for a null entry, which ends a list of siblings.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadEntry(out Abbreviation abbreviation)
    {
        ulong code = _reader.ReadUleb128();
        if (code == 0)
        {
            abbreviation = default;
            return false;
        }

        if (!_abbreviations.TryGet(code, out abbreviation))
        {
            throw Bad(FormattableString.Invariant($"the abbreviation {code} is not declared"));
        }

        return true;
    }

    public void SkipAttributes(in Abbreviation abbreviation)
    {
        if (abbreviation.FixedSize >= 0)
        {
            Skip(abbreviation.FixedSize);
            return;
        }

        foreach (ref readonly AttributeSpec spec in _abbreviations.SpecsOf(abbreviation))
        {
            SkipValue(spec.Form);
        }
    }

    /// <summary>
    /// Skips the attributes and, when the entry says where its sibling is, its children. True when the children were skipped or there are
    /// none; false when the cursor is at the first child.
    /// </summary>
    public bool SkipEntry(in Abbreviation abbreviation)
    {
        if (!abbreviation.HasChildren)
        {
            SkipAttributes(abbreviation);
            return true;
        }

        if (abbreviation.SiblingAt >= 0)
        {
            Skip(abbreviation.SiblingAt);
            JumpTo(_reader.ReadUInt32());
            return true;
        }

        ulong sibling = 0;
        foreach (ref readonly AttributeSpec spec in _abbreviations.SpecsOf(abbreviation))
        {
            if (spec.Name == DwarfAttribute.Sibling)
            {
                sibling = ReadValue(spec).Bits;
            }
            else
            {
                SkipValue(spec.Form);
            }
        }

        return sibling != 0 && TryJump(sibling);
    }

    /// <summary>Jumps to an entry's sibling. Throws when that is not ahead in the unit.</summary>
    public void JumpTo(ulong siblingPosition)
    {
        if (!TryJump(siblingPosition))
        {
            throw Bad(FormattableString.Invariant($"a sibling at unit offset 0x{siblingPosition:x} is not ahead"));
        }
    }

    public DwarfValue ReadValue(in AttributeSpec spec)
    {
        if (spec.Form == DwarfForm.ImplicitConst)
        {
            return new DwarfValue(DwarfForm.ImplicitConst, unchecked((ulong)spec.Constant));
        }

        return ReadValue(spec.Form, 0);
    }

    private DwarfValue ReadValue(DwarfForm form, int indirections)
    {
        int size = _encoding.SizeOf(form);
        if (size is > 0 and <= 8)
        {
            return new DwarfValue(form, size == 3 ? ReadUInt24() : _reader.ReadUInt(size));
        }

        switch (form)
        {
            case DwarfForm.FlagPresent:
                return new DwarfValue(form, 1);
            case DwarfForm.Sdata:
                return new DwarfValue(form, unchecked((ulong)_reader.ReadSleb128()));
            case DwarfForm.Udata or DwarfForm.RefUdata or DwarfForm.Strx or DwarfForm.Addrx or DwarfForm.Loclistx or DwarfForm.Rnglistx
                or DwarfForm.GnuAddrIndex or DwarfForm.GnuStrIndex:
                return new DwarfValue(form, _reader.ReadUleb128());
            case DwarfForm.String:
                int textStart = _reader.Position;
                SkipText();
                return new DwarfValue(form, 0, textStart, _reader.Position - textStart - 1);
            case DwarfForm.Indirect when indirections < MaxIndirections:
                return ReadValue(ReadIndirectForm(), indirections + 1);
            case DwarfForm.Indirect:
                throw Bad("forms are nested too deep");
            default:
                int length = BlockLength(form);
                int start = _reader.Position;
                Skip(length);
                return new DwarfValue(form, 0, start, length);
        }
    }

    private void SkipValue(DwarfForm form)
    {
        int size = _encoding.SizeOf(form);
        if (size >= 0)
        {
            Skip(size);
            return;
        }

        switch (form)
        {
            case DwarfForm.Exprloc or DwarfForm.Block or DwarfForm.Block1 or DwarfForm.Block2 or DwarfForm.Block4:
                Skip(BlockLength(form));
                break;
            case DwarfForm.String:
                SkipText();
                break;
            case DwarfForm.Indirect:
                _ = ReadValue(form, 0);
                break;
            default:
                // All others are LEB128 numbers, or unknown.
                _ = size == -1 ? _reader.ReadUleb128() : (ulong)BlockLength(form);
                break;
        }
    }

    private int BlockLength(DwarfForm form)
    {
        ulong length = form switch
        {
            DwarfForm.Exprloc or DwarfForm.Block => _reader.ReadUleb128(),
            DwarfForm.Block1 => _reader.ReadByte(),
            DwarfForm.Block2 => _reader.ReadUInt16(),
            DwarfForm.Block4 => _reader.ReadUInt32(),
            DwarfForm.Data16 => 16,
            _ => throw DwarfErrors.Unsupported(".debug_info", _unitOffset + Position, FormattableString.Invariant($"the form 0x{(int)form:x}")),
        };
        return length <= (ulong)_reader.Remaining ? (int)length : throw Bad("a block ends behind its unit");
    }

    private DwarfForm ReadIndirectForm()
    {
        ulong form = _reader.ReadUleb128();

        // DW_FORM_implicit_const has no value outside of an abbreviation.
        return form is > ushort.MaxValue or (ulong)DwarfForm.ImplicitConst ? throw Bad("an indirect form is bad") : (DwarfForm)form;
    }

    private ulong ReadUInt24()
    {
        ReadOnlySpan<byte> b = _reader.ReadBytes(3);
        return _encoding.IsBigEndian ? (ulong)((b[0] << 16) | (b[1] << 8) | b[2]) : (ulong)(b[0] | (b[1] << 8) | (b[2] << 16));
    }

    private bool TryJump(ulong position)
    {
        if (position <= (ulong)_reader.Position || position > (ulong)_reader.Length)
        {
            return false;
        }

        _reader.Position = (int)position;
        return true;
    }

    private void SkipText()
    {
        if (!_reader.TryReadCString(out _))
        {
            throw Bad("a text has no end");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Skip(int count)
    {
        if (!_reader.TrySkip(count))
        {
            throw Bad("an entry is cut");
        }
    }

    private readonly DumpFormatException Bad(string what) => DwarfErrors.Bad(".debug_info", _unitOffset + Position, what);
}
