// DwarfUnitHeader: where a unit lies and how it is encoded.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>A unit header of .debug_info (DWARF 5, 7.5.1; DWARF 4, 7.5.1.1).</summary>
/// <param name="Offset">Offset of the unit in .debug_info.</param>
/// <param name="Length">Bytes of the whole unit, its length field included.</param>
/// <param name="HeaderLength">Bytes from the unit's start to its root entry.</param>
/// <param name="AbbreviationOffset">Offset of its abbreviations in .debug_abbrev.</param>
/// <param name="Encoding">Version and sizes.</param>
/// <param name="Kind">DW_UT_*; 1 (compile) before DWARF 5.</param>
/// <param name="TypeSignature">Signature of a type unit, id of a skeleton, else 0.</param>
internal readonly record struct DwarfUnitHeader(
    long Offset, int Length, int HeaderLength, long AbbreviationOffset, DwarfEncoding Encoding, byte Kind, ulong TypeSignature)
{
    private const int LongestHeader = 40;
    private const byte KindCompile = 1;

    public long End => Offset + Length;

    /// <summary>Reads the header at an offset. Throws when it is damaged or of an unknown version.</summary>
    public static DwarfUnitHeader Read(DwarfSection info, long offset, bool bigEndian)
    {
        var reader = new SpanReader(info.SpanFrom(offset, LongestHeader), bigEndian);
        try
        {
            (ulong length, int offsetSize) = ReadLength(ref reader, info.Name, offset);
            int lengthField = reader.Position;
            if (length > (ulong)(info.Length - offset - lengthField) || length > int.MaxValue - 64)
            {
                throw DwarfErrors.Bad(info.Name, offset, FormattableString.Invariant($"a unit of 0x{length:x} bytes does not fit"));
            }

            return ReadRest(ref reader, info, offset, (int)length + lengthField, offsetSize, bigEndian);
        }
        catch (DumpFormatException error) when (error.Error == FormatError.Truncated)
        {
            throw DwarfErrors.Bad(info.Name, offset, "a unit header is cut");
        }
    }

    /// <summary>Reads an initial length (DWARF 5, 7.2.2) and the offset size that it implies.</summary>
    public static (ulong Length, int OffsetSize) ReadLength(ref SpanReader reader, string section, long offset)
    {
        uint first = reader.ReadUInt32();
        return first switch
        {
            uint.MaxValue => (reader.ReadUInt64(), 8),
            >= 0xfffffff0 => throw DwarfErrors.Bad(section, offset, FormattableString.Invariant($"0x{first:x} is no unit length")),
            _ => (first, 4),
        };
    }

    private static DwarfUnitHeader ReadRest(
        ref SpanReader reader, DwarfSection info, long offset, int length, int offsetSize, bool bigEndian)
    {
        ushort version = reader.ReadUInt16();
        if (version is < 2 or > 5)
        {
            throw DwarfErrors.Unsupported(info.Name, offset, FormattableString.Invariant($"DWARF version {version}"));
        }

        byte kind = KindCompile;
        byte addressSize;
        ulong abbreviations;
        ulong signature = 0;
        if (version >= 5)
        {
            kind = reader.ReadByte();
            addressSize = reader.ReadByte();
            abbreviations = reader.ReadUInt(offsetSize);

            // DW_UT_type 2, DW_UT_skeleton 4, DW_UT_split_compile 5, DW_UT_split_type 6
            signature = kind is 2 or 4 or 5 or 6 ? reader.ReadUInt64() : 0;
            if (kind is 2 or 6)
            {
                reader.ReadUInt(offsetSize);
            }
        }
        else
        {
            abbreviations = reader.ReadUInt(offsetSize);
            addressSize = reader.ReadByte();
        }

        if (addressSize is not (4 or 8))
        {
            throw DwarfErrors.Unsupported(info.Name, offset, FormattableString.Invariant($"addresses of {addressSize} bytes"));
        }

        if (reader.Position > length || abbreviations > long.MaxValue)
        {
            throw DwarfErrors.Bad(info.Name, offset, "a unit is shorter than its header");
        }

        var encoding = new DwarfEncoding(version, addressSize, (byte)offsetSize, bigEndian);
        return new DwarfUnitHeader(offset, length, reader.Position, (long)abbreviations, encoding, kind, signature);
    }
}
