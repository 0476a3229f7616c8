// ArangesReader: decodes .debug_aranges.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>The address range table (DWARF 5, 6.1.2).</summary>
internal static class ArangesReader
{
    /// <param name="section">.debug_aranges.</param>
    /// <param name="units">Receives the offset of each set's unit.</param>
    /// <param name="ranges">Receives the ranges; their values are indices in <paramref name="units"/>.</param>
    public static void Read(DwarfSection section, bool bigEndian, Growable<long> units, AddressIntervals.Builder ranges)
    {
        long at = 0;
        while (at < section.Length)
        {
            var prefix = new SpanReader(section.SpanFrom(at, 12), bigEndian);
            (ulong length, int offsetSize) = DwarfUnitHeader.ReadLength(ref prefix, section.Name, at);
            if (length > (ulong)(section.Length - at - prefix.Position))
            {
                throw DwarfErrors.Bad(section.Name, at, FormattableString.Invariant($"a set of 0x{length:x} bytes does not fit"));
            }

            int whole = prefix.Position + (int)Math.Min(int.MaxValue - 16, length);
            var set = new SpanReader(section.Span(at, whole), bigEndian) { Position = prefix.Position };
            ReadSet(ref set, section.Name, at, offsetSize, units, ranges);
            at += whole;
        }
    }

    private static void ReadSet(
        ref SpanReader set, string section, long at, int offsetSize, Growable<long> units, AddressIntervals.Builder ranges)
    {
        ushort version = set.ReadUInt16();
        ulong unit = set.ReadUInt(offsetSize);
        int addressSize = set.ReadByte();
        int segmentSize = set.ReadByte();
        if (version != 2 || addressSize is not (4 or 8) || segmentSize != 0 || unit > long.MaxValue)
        {
            throw DwarfErrors.Unsupported(section, at, FormattableString.Invariant(
                $"version {version}, addresses of {addressSize} bytes, segments of {segmentSize} bytes"));
        }

        // The first pair is aligned to its own size, counted from the set's start.
        int pair = 2 * addressSize;
        if (!set.TrySkip((pair - (set.Position % pair)) % pair))
        {
            return;
        }

        units.Add((long)unit);
        while (set.Remaining >= pair)
        {
            ulong low = set.ReadUInt(addressSize);
            ulong length = set.ReadUInt(addressSize);
            if (low == 0 && length == 0)
            {
                return;
            }

            ranges.Add(low, unchecked(low + length), units.Count - 1);
        }
    }
}
