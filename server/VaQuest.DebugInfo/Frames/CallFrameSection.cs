// CallFrameSection: the entries of .debug_frame or .eh_frame, found by address.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf;

namespace VaQuest.DebugInfo.Frames;

/// <summary>
/// One section. The first look-up reads the headers of all entries once and sorts their ranges (a kernel's 55,000 in a few milliseconds);
/// programs are decoded when they are asked for. Safe for concurrent callers.
/// </summary>
internal sealed class CallFrameSection
{
    // Ranges of functions do not overlap; where a file has some that do, this many before the nearest start are tried.
    private const int MaxOverlaps = 8;

    private readonly DwarfSection _section;
    private readonly CallFrameBases _bases;
    private readonly bool _isEhFrame;
    private readonly bool _isBigEndian;
    private readonly int _wordSize;
    private readonly Lazy<Index> _index;
    private CommonEntry? _lastCommon;

    public CallFrameSection(DwarfSection section, CallFrameBases bases, bool isEhFrame, bool isBigEndian, int wordSize)
    {
        _section = section;
        _bases = bases;
        _isEhFrame = isEhFrame;
        _isBigEndian = isBigEndian;
        _wordSize = wordSize;
        _index = new Lazy<Index>(BuildIndex);
    }

    public string Name => _section.Name;

    public bool IsEmpty => _section.Length == 0;

    /// <summary>Frame descriptions with a range.</summary>
    public int Count => _index.Value.Starts.Length;

    /// <summary>What ended the list of entries before the section's end, or null.</summary>
    public string? Damage => _index.Value.Damage;

    /// <summary>Fills the row for an address; false when no description covers it. Throws when the description is damaged.</summary>
    public bool TryFindRow(ulong address, UnwindRow row)
    {
        if (!TryFind(address, out FrameDescription description))
        {
            return false;
        }

        new CallFrameProgram(this, description, row).RunTo(address);
        return true;
    }

    /// <summary>Runs a whole program by its index in ascending order of addresses. Throws when it is damaged.</summary>
    public FrameDescription Visit(int index, UnwindRow row, Action<ulong, UnwindRow> visit)
    {
        long offset = _index.Value.Offsets[index];
        try
        {
            FrameDescription description = Decode(HeaderAt(offset));
            new CallFrameProgram(this, description, row).RunAll(visit);
            return description;
        }
        catch (DumpFormatException error)
        {
            throw Place(error, offset);
        }
    }

    public SpanReader ReaderAt(long offset, int length, int addressSize) => new(_section.Span(offset, length), _isBigEndian, addressSize);

    /// <summary>An address as the entries of a CIE store it.</summary>
    /// <param name="reader">Stands at it.</param>
    /// <param name="common">The CIE.</param>
    /// <param name="offset">Offset of the reader's start in the section.</param>
    /// <param name="function">Start of the function.</param>
    public ulong ReadAddress(ref SpanReader reader, CommonEntry common, long offset, ulong function) => _isEhFrame
        ? PointerEncoding.Read(ref reader, common.AddressEncoding, _bases, offset, function)
        : reader.ReadUInt(common.AddressSize);

    private bool TryFind(ulong address, out FrameDescription description)
    {
        Index index = _index.Value;
        int low = 0;
        int high = index.Starts.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (index.Starts[middle] <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (int i = low - 1; i >= 0 && i >= low - MaxOverlaps; i--)
        {
            description = Decode(HeaderAt(index.Offsets[i]));
            if (description.Contains(address))
            {
                return true;
            }
        }

        description = default;
        return false;
    }

    private Index BuildIndex()
    {
        var starts = new Growable<ulong>(1024);
        var offsets = new Growable<long>(1024);
        string? damage = null;
        long offset = 0;
        try
        {
            while (_section.Length - offset >= 4)
            {
                FrameEntryHeader header = HeaderAt(offset);
                if (header.End == header.BodyOffset && _isEhFrame)
                {
                    // A length of 0 ends .eh_frame.
                    break;
                }

                AddEntry(header, starts, offsets, ref damage);
                offset = header.End;
            }
        }
        catch (DumpFormatException error)
        {
            damage = Place(error, offset).Message;
        }

        return Sort(starts.ToArray(), offsets.ToArray(), damage);
    }

    private void AddEntry(in FrameEntryHeader header, Growable<ulong> starts, Growable<long> offsets, ref string? damage)
    {
        if (header.IsCommon)
        {
            return;
        }

        try
        {
            FrameDescription description = Decode(header);
            if (description.Length != 0)
            {
                starts.Add(description.Start);
                offsets.Add(header.Offset);
            }
        }
        catch (DumpFormatException error)
        {
            // One bad entry does not hide the others: lengths lead over it.
            damage ??= Place(error, header.Offset).Message;
        }
    }

    private DumpFormatException Place(DumpFormatException error, long offset) => error.Message.Contains(Name, StringComparison.Ordinal)
        ? error
        : DwarfErrors.Bad(Name, offset, error.Message);

    private static Index Sort(ulong[] starts, long[] offsets, string? damage)
    {
        int[] order = MergeSort.Order(starts);
        var sortedStarts = new ulong[order.Length];
        var sortedOffsets = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            sortedStarts[i] = starts[order[i]];
            sortedOffsets[i] = offsets[order[i]];
        }

        return new Index(sortedStarts, sortedOffsets, damage);
    }

    private FrameEntryHeader HeaderAt(long offset)
    {
        var reader = new SpanReader(_section.SpanFrom(offset, 20), _isBigEndian);
        ulong length = reader.ReadUInt32();
        bool is64Bit = length == uint.MaxValue;
        length = is64Bit ? reader.ReadUInt64() : length;
        long idOffset = offset + reader.Position;
        if (length == 0)
        {
            return new FrameEntryHeader(offset, idOffset, idOffset, -1);
        }

        int idSize = is64Bit && !_isEhFrame ? 8 : 4;
        if (length > (ulong)(_section.Length - idOffset) || length < (ulong)idSize)
        {
            throw DwarfErrors.Bad(Name, offset, FormattableString.Invariant($"an entry of 0x{length:x} bytes does not fit"));
        }

        ulong id = reader.ReadUInt(idSize);
        bool isCommon = _isEhFrame ? id == 0 : id == (idSize == 8 ? ulong.MaxValue : uint.MaxValue);
        long common = isCommon ? -1 : _isEhFrame ? idOffset - (long)id : (long)Math.Min(id, long.MaxValue);
        if (!isCommon && (common < 0 || common >= _section.Length))
        {
            throw DwarfErrors.Bad(Name, offset, "a frame description names a common entry outside of its section");
        }

        return new FrameEntryHeader(offset, idOffset + idSize, idOffset + (long)length, common);
    }

    private FrameDescription Decode(in FrameEntryHeader header)
    {
        CommonEntry common = CommonAt(header.CommonOffset);
        SpanReader reader = ReaderAt(header.BodyOffset, Length(header), common.AddressSize);
        reader.Skip(common.SegmentSize);
        ulong start = ReadAddress(ref reader, common, header.BodyOffset, 0);
        ulong length = _isEhFrame
            ? PointerEncoding.Read(ref reader, (byte)(common.AddressEncoding & 0x0f), _bases, header.BodyOffset)
            : reader.ReadUInt(common.AddressSize);
        if (common.HasAugmentationData)
        {
            ulong skip = reader.ReadUleb128();
            reader.Skip(skip <= long.MaxValue ? (long)skip : long.MaxValue);
        }

        return new FrameDescription(common, start, length, header.BodyOffset + reader.Position, reader.Remaining);
    }

    // Descriptions follow their common entry: remembering one is enough.
    private CommonEntry CommonAt(long offset)
    {
        if (Volatile.Read(ref _lastCommon) is { } last && last.Offset == offset)
        {
            return last;
        }

        FrameEntryHeader header = HeaderAt(offset);
        if (!header.IsCommon || header.End == header.BodyOffset)
        {
            throw DwarfErrors.Bad(Name, offset, "a common entry was expected");
        }

        CommonEntry common = CommonEntry.Decode(header, _section.Span(header.BodyOffset, Length(header)), _bases, _wordSize, _isBigEndian);
        Volatile.Write(ref _lastCommon, common);
        return common;
    }

    private int Length(in FrameEntryHeader header) => header.End - header.BodyOffset is var length and <= int.MaxValue
        ? (int)length
        : throw DwarfErrors.TooMany(Name, header.Offset, "an entry too long", int.MaxValue);

    private sealed record Index(ulong[] Starts, long[] Offsets, string? Damage);
}
