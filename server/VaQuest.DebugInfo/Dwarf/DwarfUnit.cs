// DwarfUnit: one unit with its abbreviations and the bases its values are relative to.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// A unit of .debug_info, ready to be walked. It resolves the values of its entries: addresses, texts, references. Immutable but for
/// lazily built tables; safe for concurrent callers.
/// </summary>
public sealed class DwarfUnit
{
    private readonly AbbreviationTable _abbreviations;
    private readonly DwarfUnitHeader _header;
    private readonly DwarfSections _sections;
    private readonly RootAttributes _root;
    private FunctionTable? _functions;
    private LineTable? _lines;

    private DwarfUnit(DwarfImage image, in DwarfUnitHeader header, AbbreviationTable abbreviations, in RootAttributes root)
    {
        Image = image;
        _sections = image.Sections;
        _header = header;
        _abbreviations = abbreviations;
        _root = root;
        Name = TryText(root.Name);
        CompilationDirectory = TryText(root.CompDir);
    }

    public DwarfImage Image { get; }

    /// <summary>Offset of the unit in .debug_info.</summary>
    public long Offset => _header.Offset;

    public DwarfEncoding Encoding => _header.Encoding;

    /// <summary>DW_AT_name of the root: the primary source file; empty when absent.</summary>
    public string Name { get; }

    /// <summary>DW_AT_comp_dir of the root; empty when absent.</summary>
    public string CompilationDirectory { get; }

    /// <summary>DW_LANG_* of the root, 0 when absent.</summary>
    public int Language => _root.Language.AsCount;

    /// <summary>The unit's base address: DW_AT_low_pc of the root, 0 when absent.</summary>
    public ulong LowPc => _root.LowPc.IsPresent ? AddressOf(_root.LowPc) : 0;

    /// <summary>The root entry.</summary>
    public DwarfDie Root => new(this, _header.HeaderLength);

    internal DwarfUnitHeader Header => _header;

    /// <summary>DW_AT_loclists_base of the root.</summary>
    internal DwarfValue LoclistsBase => _root.LoclistsBase;

    internal DwarfSections Sections => _sections;

    internal FunctionTable Functions
    {
        get
        {
            if (_functions is null)
            {
                Interlocked.CompareExchange(ref _functions, FunctionTable.Build(this), null);
            }

            return _functions;
        }
    }

    internal LineTable Lines
    {
        get
        {
            if (_lines is null)
            {
                Interlocked.CompareExchange(ref _lines, _root.StmtList.IsPresent
                    ? LineTable.Read(_sections, unchecked((long)_root.StmtList.Bits), _header.Encoding.AddressSize, CompilationDirectory)
                    : LineTable.Empty, null);
            }

            return _lines;
        }
    }

    /// <summary>The entry at an offset of .debug_info inside this unit. Throws when it is not inside.</summary>
    public DwarfDie EntryAt(long infoOffset) =>
        infoOffset >= _header.Offset + _header.HeaderLength && infoOffset < _header.End
            ? new DwarfDie(this, (int)(infoOffset - _header.Offset))
            : throw DwarfErrors.Bad(".debug_info", infoOffset, "an entry was expected in another unit");

    /// <summary>An address value: stored directly or through .debug_addr.</summary>
    public ulong AddressOf(DwarfValue value)
    {
        if (value.Form == DwarfForm.Addr || !value.IsAddress)
        {
            return value.Bits;
        }

        long start = _root.AddrBase.IsPresent ? unchecked((long)_root.AddrBase.Bits) : 8;
        ReadOnlySpan<byte> slot = _sections.Addresses.Span(IndexedOffset(start, value.Bits, Encoding.AddressSize), Encoding.AddressSize);
        return new SpanReader(slot, Encoding.IsBigEndian).ReadUInt(Encoding.AddressSize);
    }

    /// <summary>A text value as bytes; empty when the value is no text. Texts in a supplementary file are empty without that file.</summary>
    public ReadOnlySpan<byte> TextOf(DwarfValue value)
    {
        switch (value.Form)
        {
            case DwarfForm.String:
                return _sections.Info.Span(_header.Offset + value.BlockStart, value.BlockLength);
            case DwarfForm.Strp:
                return _sections.Strings.Text(unchecked((long)value.Bits));
            case DwarfForm.LineStrp:
                return _sections.LineStrings.Text(unchecked((long)value.Bits));
            case DwarfForm.Strx or DwarfForm.Strx1 or DwarfForm.Strx2 or DwarfForm.Strx3 or DwarfForm.Strx4 or DwarfForm.GnuStrIndex:
                long start = _root.StrOffsetsBase.IsPresent ? unchecked((long)_root.StrOffsetsBase.Bits) : Encoding.OffsetSize * 2;
                ReadOnlySpan<byte> slot =
                    _sections.StringOffsets.Span(IndexedOffset(start, value.Bits, Encoding.OffsetSize), Encoding.OffsetSize);
                ulong offset = new SpanReader(slot, Encoding.IsBigEndian).ReadUInt(Encoding.OffsetSize);
                return _sections.Strings.Text(unchecked((long)offset));
            case DwarfForm.StrpSup or DwarfForm.GnuStrpAlt when Image.Supplementary is { } other:
                return other.Sections.Strings.Text(unchecked((long)value.Bits));
            default:
                return default;
        }
    }

    /// <summary>The entry that a reference value names, in this or another unit; null when it cannot be found.</summary>
    public DwarfDie? ReferenceOf(DwarfValue value) => value.Form switch
    {
        DwarfForm.Ref1 or DwarfForm.Ref2 or DwarfForm.Ref4 or DwarfForm.Ref8 or DwarfForm.RefUdata =>
            value.Bits < (ulong)_header.Length ? EntryAt(_header.Offset + (long)value.Bits) : null,
        DwarfForm.RefAddr => Image.FindEntry(unchecked((long)value.Bits)),
        DwarfForm.RefSup4 or DwarfForm.RefSup8 or DwarfForm.GnuRefAlt => Image.Supplementary?.FindEntry(unchecked((long)value.Bits)),
        DwarfForm.RefSig8 => Image.FindTypeUnit(value.Bits),
        _ => null,
    };

    /// <summary>A block value's bytes; empty when the value is no block.</summary>
    public ReadOnlySpan<byte> BlockOf(DwarfValue value) =>
        value.IsBlock ? _sections.Info.Span(_header.Offset + value.BlockStart, value.BlockLength) : default;

    internal static DwarfUnit Load(DwarfImage image, long offset)
    {
        DwarfSections sections = image.Sections;
        DwarfUnitHeader header = DwarfUnitHeader.Read(sections.Info, offset, sections.IsBigEndian);
        AbbreviationTable abbreviations =
            AbbreviationTable.Read(sections.Abbreviations, header.AbbreviationOffset, header.Encoding);
        return new DwarfUnit(image, header, abbreviations, RootAttributes.Read(sections.Info, header, abbreviations));
    }

    /// <summary>Loads as much as the root entry's own attributes need.</summary>
    internal static DwarfUnit LoadRootOnly(DwarfImage image, in DwarfUnitHeader header)
    {
        DwarfSections sections = image.Sections;
        AbbreviationTable first =
            AbbreviationTable.Read(sections.Abbreviations, header.AbbreviationOffset, header.Encoding, onlyFirst: true);
        try
        {
            return new DwarfUnit(image, header, first, RootAttributes.Read(sections.Info, header, first));
        }
        catch (DumpFormatException)
        {
            // The root need not use the first declaration.
            return Load(image, header.Offset);
        }
    }

    internal DieReader ReaderAt(int position) =>
        new(_sections.Info.Span(_header.Offset, _header.Length), _abbreviations, _header, position);

    /// <summary>The ranges of the root entry, appended to a list.</summary>
    internal void AppendRootRanges(RangeBuffer ranges) => AppendRanges(_root.LowPc, _root.HighPc, _root.Ranges, ranges);

    /// <summary>The ranges that an entry's low pc, high pc and range list give.</summary>
    internal void AppendRanges(DwarfValue lowPc, DwarfValue highPc, DwarfValue rangeList, RangeBuffer ranges)
    {
        if (rangeList.IsPresent)
        {
            RangeListReader.Read(this, rangeList, _root.RnglistsBase, ranges);
            return;
        }

        if (lowPc.IsPresent && highPc.IsPresent)
        {
            ulong low = AddressOf(lowPc);
            ranges.Add(low, highPc.IsAddress ? AddressOf(highPc) : unchecked(low + highPc.Bits));
        }
    }

    private string TryText(DwarfValue value)
    {
        try
        {
            return System.Text.Encoding.UTF8.GetString(TextOf(value));
        }
        catch (DumpFormatException)
        {
            return "";
        }
    }

    private static long IndexedOffset(long start, ulong index, int size) =>
        index <= int.MaxValue && start >= 0 ? start + ((long)index * size) : -1;
}
