// LocationListReader: finds the expression of a location list that holds an instruction.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf.Variables;

/// <summary>.debug_loclists (DWARF 5, 7.29) and .debug_loc (DWARF 4, 2.6.2). Throws <see cref="DumpFormatException"/> on damage.</summary>
internal static class LocationListReader
{
    /// <summary>Told of an entry: its range and its expression; false to stop. A default location has the range 0 to 2^64 - 1.</summary>
    public delegate bool Visitor(ulong low, ulong high, ReadOnlySpan<byte> expression);

    /// <summary>The expression for an instruction.</summary>
    /// <param name="unit">The unit of the list.</param>
    /// <param name="value">The attribute's value, of a class that is a location list.</param>
    /// <param name="pc">Address as the debug information has it.</param>
    /// <param name="expression">The expression when it was found.</param>
    public static LocationCoverage Find(DwarfUnit unit, DwarfValue value, ulong pc, out byte[] expression)
    {
        byte[]? found = null;
        byte[]? fallback = null;
        bool isAnyBefore = false;
        bool isAny = false;
        Visit(unit, value, (low, high, code) =>
        {
            if (low == 0 && high == ulong.MaxValue)
            {
                fallback = code.ToArray();
                return true;
            }

            isAny = true;
            isAnyBefore |= low <= pc;
            if (pc < low || pc >= high)
            {
                return true;
            }

            found = code.ToArray();
            return false;
        });
        expression = found ?? fallback ?? [];
        return found is not null || fallback is not null ? LocationCoverage.Found
            : isAny && !isAnyBefore ? LocationCoverage.NotYet : LocationCoverage.None;
    }

    /// <summary>Goes through all entries of a list.</summary>
    public static void Visit(DwarfUnit unit, DwarfValue value, Visitor visitor)
    {
        if (unit.Encoding.Version < 5)
        {
            VisitPairs(unit, unchecked((long)value.Bits), visitor);
            return;
        }

        DwarfSection section = unit.Sections.LocationLists;
        int offsetSize = unit.Encoding.OffsetSize;
        long offset = unchecked((long)value.Bits);
        if (value.Form == DwarfForm.Loclistx)
        {
            // Without a base the first table of the section is meant: it begins behind its header of 12 or 20 bytes.
            DwarfValue listsBase = unit.LoclistsBase;
            long start = listsBase.IsPresent ? unchecked((long)listsBase.Bits) : offsetSize == 4 ? 12 : 20;
            long slot = value.Bits <= int.MaxValue && start is >= 0 and < long.MaxValue / 2 ? start + (offset * offsetSize) : -1;
            offset = unchecked(start + (long)new SpanReader(section.Span(slot, offsetSize), unit.Encoding.IsBigEndian).ReadUInt(offsetSize));
        }

        VisitEntries(unit, section, offset, visitor);
    }

    private static void VisitEntries(DwarfUnit unit, DwarfSection section, long offset, Visitor visitor)
    {
        var reader = new SpanReader(section.SpanFrom(offset), unit.Encoding.IsBigEndian, unit.Encoding.AddressSize);
        ulong start = unit.LowPc;
        while (true)
        {
            ulong low;
            ulong high;
            byte kind = reader.ReadByte();
            switch (kind)
            {
                case 0: // DW_LLE_end_of_list
                    return;
                case 1: // DW_LLE_base_addressx
                    start = Indexed(unit, reader.ReadUleb128());
                    continue;
                case 2: // DW_LLE_startx_endx
                    low = Indexed(unit, reader.ReadUleb128());
                    high = Indexed(unit, reader.ReadUleb128());
                    break;
                case 3: // DW_LLE_startx_length
                    low = Indexed(unit, reader.ReadUleb128());
                    high = unchecked(low + reader.ReadUleb128());
                    break;
                case 4: // DW_LLE_offset_pair
                    low = unchecked(start + reader.ReadUleb128());
                    high = unchecked(start + reader.ReadUleb128());
                    break;
                case 5: // DW_LLE_default_location
                    low = 0;
                    high = ulong.MaxValue;
                    break;
                case 6: // DW_LLE_base_address
                    start = reader.ReadWord();
                    continue;
                case 7: // DW_LLE_start_end
                    low = reader.ReadWord();
                    high = reader.ReadWord();
                    break;
                case 8: // DW_LLE_start_length
                    low = reader.ReadWord();
                    high = unchecked(low + reader.ReadUleb128());
                    break;
                case 9: // DW_LLE_GNU_view_pair: views of the entry that follows
                    reader.ReadUleb128();
                    reader.ReadUleb128();
                    continue;
                default:
                    throw DwarfErrors.Bad(section.Name, offset, FormattableString.Invariant($"0x{kind:x} is no location list entry"));
            }

            ulong length = reader.ReadUleb128();
            if (!visitor(low, high, reader.ReadBytes((int)Math.Min(length, int.MaxValue))))
            {
                return;
            }
        }
    }

    private static void VisitPairs(DwarfUnit unit, long offset, Visitor visitor)
    {
        int addressSize = unit.Encoding.AddressSize;
        ulong escape = addressSize == 8 ? ulong.MaxValue : uint.MaxValue;
        var reader = new SpanReader(unit.Sections.Locations.SpanFrom(offset), unit.Encoding.IsBigEndian, addressSize);
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
                continue;
            }

            ReadOnlySpan<byte> expression = reader.ReadBytes(reader.ReadUInt16());
            if (!visitor(unchecked(start + low), unchecked(start + high), expression))
            {
                return;
            }
        }
    }

    private static ulong Indexed(DwarfUnit unit, ulong index) => unit.AddressOf(new DwarfValue(DwarfForm.Addrx, index));
}
