// RangeListReader: decodes DW_AT_ranges of all versions.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>.debug_rnglists (DWARF 5, 7.25) and .debug_ranges (DWARF 4, 2.17.3).</summary>
internal static class RangeListReader
{
    public static void Read(DwarfUnit unit, DwarfValue value, DwarfValue rnglistsBase, RangeBuffer ranges)
    {
        if (unit.Encoding.Version < 5)
        {
            ReadPairs(unit, unchecked((long)value.Bits), ranges);
            return;
        }

        DwarfSection section = unit.Sections.RangeLists;
        int offsetSize = unit.Encoding.OffsetSize;
        long offset = unchecked((long)value.Bits);
        if (value.Form == DwarfForm.Rnglistx)
        {
            // Without a base the first list table of the section is meant: it begins behind its header of 12 or 20 bytes.
            long start = rnglistsBase.IsPresent ? unchecked((long)rnglistsBase.Bits) : offsetSize == 4 ? 12 : 20;
            long slot = value.Bits <= int.MaxValue && start >= 0 ? start + (offset * offsetSize) : -1;
            offset = start + unchecked((long)new SpanReader(section.Span(slot, offsetSize), unit.Encoding.IsBigEndian).ReadUInt(offsetSize));
        }

        ReadEntries(unit, section, offset, ranges);
    }

    private static void ReadEntries(DwarfUnit unit, DwarfSection section, long offset, RangeBuffer ranges)
    {
        int addressSize = unit.Encoding.AddressSize;
        var reader = new SpanReader(section.SpanFrom(offset), unit.Encoding.IsBigEndian, addressSize);
        ulong start = unit.LowPc;
        while (true)
        {
            byte kind = reader.ReadByte();
            switch (kind)
            {
                case 0: // DW_RLE_end_of_list
                    return;
                case 1: // DW_RLE_base_addressx
                    start = Indexed(unit, reader.ReadUleb128());
                    break;
                case 2: // DW_RLE_startx_endx
                    ulong first = Indexed(unit, reader.ReadUleb128());
                    ranges.Add(first, Indexed(unit, reader.ReadUleb128()));
                    break;
                case 3: // DW_RLE_startx_length
                    AddLength(ranges, Indexed(unit, reader.ReadUleb128()), reader.ReadUleb128());
                    break;
                case 4: // DW_RLE_offset_pair
                    ulong low = unchecked(start + reader.ReadUleb128());
                    ranges.Add(low, unchecked(start + reader.ReadUleb128()));
                    break;
                case 5: // DW_RLE_base_address
                    start = reader.ReadWord();
                    break;
                case 6: // DW_RLE_start_end
                    ranges.Add(reader.ReadWord(), reader.ReadWord());
                    break;
                case 7: // DW_RLE_start_length
                    AddLength(ranges, reader.ReadWord(), reader.ReadUleb128());
                    break;
                default:
                    throw DwarfErrors.Bad(section.Name, offset, FormattableString.Invariant($"0x{kind:x} is no range list entry"));
            }
        }
    }

    private static void ReadPairs(DwarfUnit unit, long offset, RangeBuffer ranges)
    {
        int addressSize = unit.Encoding.AddressSize;
        ulong escape = addressSize == 8 ? ulong.MaxValue : uint.MaxValue;
        var reader = new SpanReader(unit.Sections.Ranges.SpanFrom(offset), unit.Encoding.IsBigEndian, addressSize);
        ulong start = unit.LowPc;
        while (true)
        {
            ulong low = reader.ReadWord();
            ulong high = reader.ReadWord();
            if (low == 0 && high == 0)
            {
                return;
            }

            if (low == escape)
            {
                start = high;
            }
            else
            {
                ranges.Add(unchecked(start + low), unchecked(start + high));
            }
        }
    }

    private static void AddLength(RangeBuffer ranges, ulong low, ulong length) => ranges.Add(low, unchecked(low + length));

    private static ulong Indexed(DwarfUnit unit, ulong index) => unit.AddressOf(new DwarfValue(DwarfForm.Addrx, index));
}
