// S390Segments: indexes the segments of an extended s390 dump.
using System.Buffers.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.S390;

/// <summary>
/// Each segment has a header of 4096 bytes: start, length, a mark of the last one, blocks on disk, then the places of its chunks in blocks behind
/// the header, the highest bit set for those that are not compressed (s390-tools: stage 3 of the dumper).
/// </summary>
internal static class S390Segments
{
    private const int HeaderBytes = 4096;
    private const int BlockBytes = 4096;
    private const int EntriesAt = 0x34;
    private const int MaxEntries = (HeaderBytes - EntriesAt) / 4;
    private const uint StoredBit = 0x8000_0000;

    public static void Read(DumpInput input, S390Header header, List<StoredPiece> pieces, List<S390Chunk> chunks)
    {
        long at = S390Header.Bytes;
        byte[] bytes = new byte[HeaderBytes];
        bool isLast = false;
        for (int count = 0; !isLast; count++)
        {
            if (input.Source.ReadSome(at, bytes, "a segment of the s390 dump") < HeaderBytes)
            {
                input.IsCut = true;
                input.Warn($"the file ends at byte {input.Source.Length}, before the last segment of the s390 dump; later memory is missing");
                return;
            }

            ulong start = BinaryPrimitives.ReadUInt64BigEndian(bytes);
            ulong length = BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(8));
            isLast = BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(16)) != 0;
            uint entries = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(0x30));
            uint blocks = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(0x18));
            bool isTooLong = length > long.MaxValue / 2;
            ulong expected = entries == 0 || isTooLong ? 0 : (length + (ulong)header.ChunkBytes - 1) / (ulong)header.ChunkBytes;

            // A segment without chunks is stored as it is, and has no size on disk of its own.
            bool isPlainSound = entries != 0 || blocks == 0 || (!isTooLong && blocks == (length + BlockBytes - 1) / BlockBytes);
            if (!isPlainSound || isTooLong || start > ulong.MaxValue - length || entries > MaxEntries || entries != expected || (length == 0 && !isLast))
            {
                input.IsCut = true;
                input.Warn($"the segment of the s390 dump at byte {at} is damaged; memory from there on is missing");
                return;
            }

            long data = at + HeaderBytes;
            at = entries == 0 ? AddStored(input, pieces, start, length, data) : AddChunks(input, header, bytes, data, blocks, start, length, pieces, chunks);
        }
    }

    private static long AddStored(DumpInput input, List<StoredPiece> pieces, ulong start, ulong length, long data)
    {
        ulong stored = (ulong)Math.Clamp(input.Source.Length - data, 0, (long)length);
        pieces.Add(new StoredPiece(start, start + stored, data, -1 - pieces.Count, PieceKind.Present));
        if (stored < length)
        {
            input.IsCut = true;
            input.Warn($"the file ends inside memory from 0x{start:x} on; from 0x{start + stored:x} it is missing");
            pieces.Add(new StoredPiece(start + stored, start + length, 0, (1L << 40) + pieces.Count, PieceKind.Lost));
        }

        return data + (long)((length + BlockBytes - 1) / BlockBytes * BlockBytes);
    }

    private static long AddChunks(
        DumpInput input, S390Header header, byte[] bytes, long data, uint blocks, ulong start, ulong length, List<StoredPiece> pieces, List<S390Chunk> chunks)
    {
        int entries = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(0x30));
        long end = data + (blocks * (long)BlockBytes);
        for (int i = 0; i < entries; i++)
        {
            uint entry = EntryAt(bytes, i);
            long position = data + ((entry & ~StoredBit) * (long)BlockBytes);
            long next = i + 1 < entries ? data + ((EntryAt(bytes, i + 1) & ~StoredBit) * (long)BlockBytes) : end;
            ulong chunkStart = start + ((ulong)i * (ulong)header.ChunkBytes);
            int chunkBytes = (int)Math.Min((ulong)header.ChunkBytes, start + length - chunkStart);
            bool isStored = (entry & StoredBit) != 0;
            bool isSound = next > position && next - position <= (2L * header.ChunkBytes) + BlockBytes && (!isStored || next - position >= chunkBytes);
            if (!isSound || position >= input.Source.Length)
            {
                input.IsCut = true;
                input.Warn($"a chunk of the s390 dump at byte {position} is damaged or cut off; memory from 0x{chunkStart:x} to 0x{start + length:x} is missing");
                pieces.Add(new StoredPiece(chunkStart, start + length, 0, (1L << 40) + pieces.Count, PieceKind.Lost));
                break;
            }

            if (next > input.Source.Length)
            {
                input.IsCut = true;
                input.Warn($"the file ends inside the chunk of the s390 dump at byte {position}");
            }

            if (isStored)
            {
                pieces.Add(new StoredPiece(chunkStart, chunkStart + (ulong)chunkBytes, position, -1 - pieces.Count, PieceKind.Present));
                continue;
            }

            pieces.Add(new StoredPiece(chunkStart, chunkStart + (ulong)chunkBytes, 0, chunks.Count, PieceKind.Present));
            chunks.Add(new S390Chunk(position, (int)(next - position), chunkStart, chunkBytes));
        }

        return end;
    }

    private static uint EntryAt(byte[] header, int index) => BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(EntriesAt + (index * 4)));
}
