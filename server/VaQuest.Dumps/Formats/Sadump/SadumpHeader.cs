// SadumpHeader: the dump header of an sadump.
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.Sadump;

/// <summary>One block behind the partition's headers; sizes of areas are in blocks.</summary>
internal sealed record SadumpHeader(
    uint Version, uint Status, int BlockBytes, uint SubHeaderBlocks, uint BitmapBlocks, uint DumpableBlocks, ulong Pages, uint CurrentCpu, uint Cpus)
{
    public const int Bytes = 128;

    /// <summary>Reads the header; null when the mark is not there.</summary>
    public static SadumpHeader? Read(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith("sadump\0\0"u8) || bytes.Length < Bytes)
        {
            return null;
        }

        var reader = new SpanReader(bytes) { Position = 8 };
        uint version = reader.ReadUInt32();
        reader.Position = 32;
        uint status = reader.ReadUInt32();
        reader.Skip(4);
        int block = reader.ReadInt32();
        reader.Skip(4);
        uint sub = reader.ReadUInt32();
        uint bitmap = reader.ReadUInt32();
        uint dumpable = reader.ReadUInt32();
        ulong pages = reader.ReadUInt32();
        reader.Position = 76;
        uint current = reader.ReadUInt32();
        uint cpus = reader.ReadUInt32();
        reader.Position = 88;

        // Version 1 has the number of pages again, in 64 bits.
        pages = version >= 1 ? reader.ReadUInt64() : pages;
        return new SadumpHeader(version, status, block, sub, bitmap, dumpable, pages, current, cpus);
    }
}
