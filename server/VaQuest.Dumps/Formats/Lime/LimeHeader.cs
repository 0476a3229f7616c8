// LimeHeader: the header in front of each range of a LiME or AVML image.
using System.Buffers.Binary;

namespace VaQuest.Dumps.Formats.Lime;

/// <summary>32 bytes, little-endian: mark, version, first and last address (inclusive), 8 reserved bytes (LiME: doc/README; AVML: src/image.rs).</summary>
internal sealed record LimeHeader(uint Mark, uint Version, ulong Start, ulong Last)
{
    public const int Bytes = 32;

    /// <summary>"EMiL" in the file.</summary>
    public const uint LimeMark = 0x4c694d45;

    /// <summary>"AVML" in the file.</summary>
    public const uint AvmlMark = 0x4c4d5641;

    public static LimeHeader? Read(ReadOnlySpan<byte> bytes) => bytes.Length < Bytes ? null : new LimeHeader(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]));

    /// <summary>True when mark and version are those of a format and the range is one.</summary>
    public bool IsRange(uint mark, uint version) => Mark == mark && Version == version && Start <= Last && Last < ulong.MaxValue;

    /// <summary>
    /// Bytes of the range. The first AVML wrote the end exclusive, which a multiple of the page size tells: ranges are whole pages.
    /// </summary>
    public ulong Length => Last > Start && Last % 4096 == 0 && Start % 4096 == 0 ? Last - Start : Last - Start + 1;
}
