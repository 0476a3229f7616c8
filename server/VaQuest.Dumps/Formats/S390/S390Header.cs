// S390Header: the header of s390 stand-alone dumps.
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.S390;

/// <summary>4096 bytes, big-endian, packed (s390-tools: include/dump/s390_dump.h).</summary>
internal sealed record S390Header(
    bool IsExtended, uint Version, ulong Start, ulong End, uint Architecture, bool IsMultiVolume, int ChunkBytes, IReadOnlyList<uint> Lowcores)
{
    public const int Bytes = 4096;

    private const ulong ClassicMark = 0xa8190173618f23fd;
    private const ulong ExtendedMark = 0xa8190173618f23fe;
    private const int LowcoresAt = 0x800;
    private const int MaxCpus = 512;

    /// <summary>The dumper's chunks are of 1 MiB; eight are kept decompressed.</summary>
    private const uint LargestChunk = 4 << 20;

    /// <summary>Reads the header; null when the mark is another. Throws <see cref="DumpFormatException"/> when it contradicts itself.</summary>
    public static S390Header? Read(ReadOnlySpan<byte> head)
    {
        var reader = new SpanReader(head, bigEndian: true);
        if (!reader.TryReadUInt64(out ulong mark) || mark is not (ClassicMark or ExtendedMark))
        {
            return null;
        }

        if (head.Length < Bytes)
        {
            throw new DumpFormatException(FormatError.Truncated, $"the file of {head.Length} bytes ends inside the header of the s390 dump");
        }

        uint version = reader.ReadUInt32();
        uint headerBytes = reader.ReadUInt32();
        reader.Skip(4);
        uint pageBytes = reader.ReadUInt32();
        reader.Skip(8);
        ulong start = reader.ReadUInt64();
        ulong end = reader.ReadUInt64();
        reader.Position = 0x48;
        uint architecture = reader.ReadUInt32();
        reader.Position = 0x5c;
        bool isMulti = reader.ReadByte() != 0;
        ushort cpus = reader.ReadUInt16();
        reader.Position = 0x62;
        uint chunk = reader.ReadUInt32();
        bool isSound = headerBytes == Bytes && pageBytes == 4096 && end > start && end - start <= long.MaxValue / 2 && cpus <= MaxCpus
            && (mark == ClassicMark || chunk is >= 4096 and <= LargestChunk);
        if (!isSound)
        {
            throw new DumpFormatException(
                FormatError.BadHeader,
                $"the header of the s390 dump is damaged: header of {headerBytes} bytes, pages of {pageBytes}, memory from 0x{start:x} to 0x{end:x}, {cpus} CPUs, chunks of {chunk}");
        }

        uint[] lowcores = new uint[cpus];
        reader.Position = LowcoresAt;
        for (int i = 0; i < cpus; i++)
        {
            lowcores[i] = reader.ReadUInt32();
        }

        return new S390Header(mark == ExtendedMark, version, start, end, architecture, isMulti, mark == ExtendedMark ? (int)chunk : 0, lowcores);
    }
}
