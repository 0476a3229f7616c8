// UnitDirectory: which unit covers an address.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// Answers from .debug_aranges, read in one cheap pass; for addresses that it does not know, from the root entries of the units that are
/// not in it, which is built at the first such address. Safe for concurrent callers.
/// </summary>
internal sealed class UnitDirectory
{
    // A kernel built without common sections has about 3,000 units; chains of damaged headers must end somewhere.
    private const int MaxUnits = 1 << 20;

    // Each header read maps up to 64 KB around it (the system's fault-around): this keeps that below 16 MB.
    private const int UnitsPerDrop = 256;

    private readonly DwarfImage _image;
    private readonly DwarfSections _sections;
    private readonly Lock _lock = new();
    private readonly Growable<long> _listed = new(4096);
    private AddressIntervals? _aranges;
    private AddressIntervals? _others;
    private long[]? _units;

    public UnitDirectory(DwarfImage image)
    {
        _image = image;
        _sections = image.Sections;
    }

    /// <summary>Offset of the unit that covers the address, or -1.</summary>
    public long Find(ulong address)
    {
        AddressIntervals aranges = Volatile.Read(ref _aranges) ?? ReadAranges();
        int found = aranges.Find(address);
        if (found >= 0)
        {
            return _listed[aranges.Value(found)];
        }

        AddressIntervals others = Volatile.Read(ref _others) ?? ReadOthers();
        found = others.Find(address);
        return found >= 0 ? Units[others.Value(found)] : -1;
    }

    /// <summary>Offset of the unit that contains an offset of .debug_info, or -1.</summary>
    public long FindUnitAt(long infoOffset)
    {
        long[] units = Units;
        int low = 0;
        int high = units.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (units[middle] <= infoOffset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 ? -1 : units[low - 1];
    }

    /// <summary>Offsets of all units, ascending. A damaged header ends the list.</summary>
    public long[] Units
    {
        get
        {
            if (_units is null)
            {
                Interlocked.CompareExchange(ref _units, ReadUnits(), null);
            }

            return _units;
        }
    }

    private long[] ReadUnits()
    {
        var units = new Growable<long>(4096);
        DwarfSection info = _sections.Info;
        long offset = 0;
        try
        {
            while (offset < info.Length && units.Count < MaxUnits)
            {
                var reader = new SpanReader(info.SpanFrom(offset, 12), _sections.IsBigEndian);
                (ulong length, _) = DwarfUnitHeader.ReadLength(ref reader, info.Name, offset);
                if (length > (ulong)(info.Length - offset - reader.Position))
                {
                    throw DwarfErrors.Bad(info.Name, offset, FormattableString.Invariant($"a unit of 0x{length:x} bytes does not fit"));
                }

                units.Add(offset);
                if (units.Count % UnitsPerDrop == 0)
                {
                    _image.Elf.Bytes.DropResidentPages();
                }

                offset += (long)length + reader.Position;
            }
        }
        catch (DumpFormatException error)
        {
            _image.Report(error);
        }

        return units.ToArray();
    }

    private AddressIntervals ReadAranges()
    {
        lock (_lock)
        {
            if (_aranges is null)
            {
                var builder = new AddressIntervals.Builder(4096);
                try
                {
                    ArangesReader.Read(_sections.Aranges, _sections.IsBigEndian, _listed, builder);
                }
                catch (DumpFormatException error)
                {
                    _image.Report(error);
                }

                Volatile.Write(ref _aranges, builder.Build());
            }

            return _aranges;
        }
    }

    private AddressIntervals ReadOthers()
    {
        lock (_lock)
        {
            if (_others is null)
            {
                var builder = new AddressIntervals.Builder();
                var listed = new HashSet<long>(_listed.ToArray());
                var ranges = new RangeBuffer();
                long[] units = Units;
                for (int i = 0; i < units.Length; i++)
                {
                    if (!listed.Contains(units[i]))
                    {
                        AddUnit(units[i], i, ranges, builder);
                    }
                }

                Volatile.Write(ref _others, builder.Build());
            }

            return _others;
        }
    }

    private void AddUnit(long offset, int index, RangeBuffer ranges, AddressIntervals.Builder builder)
    {
        try
        {
            DwarfUnitHeader header = DwarfUnitHeader.Read(_sections.Info, offset, _sections.IsBigEndian);
            ranges.Clear();
            DwarfUnit.LoadRootOnly(_image, header).AppendRootRanges(ranges);
            for (int i = 0; i < ranges.Count; i++)
            {
                builder.Add(ranges.Low(i), ranges.High(i), index);
            }
        }
        catch (DumpFormatException error)
        {
            _image.Report(error);
        }
    }
}
