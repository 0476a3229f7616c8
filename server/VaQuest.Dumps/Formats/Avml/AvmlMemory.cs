// AvmlMemory: memory out of the snappy streams of an AVML image.
using System.Buffers.Binary;
using System.Numerics;
using Snappier;
using VaQuest.Binary;
using VaQuest.Dumps.PageCache;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Avml;

/// <summary>Decompresses chunks of 64 KiB. A piece's rank is the number of its chunk.</summary>
internal sealed class AvmlMemory(DumpSource source, PieceIndex pieces, IReadOnlyList<AvmlChunk> chunks, int pageSize, int cacheBytes)
    : PieceMemory(pieces, pageSize)
{
    /// <summary>Largest chunk of the framing format, decompressed.</summary>
    public const int MaxChunkBytes = 64 << 10;

    /// <summary>Checksum in front of the data.</summary>
    public const int ChecksumBytes = 4;

    private readonly CachedPages _cache = new(MaxChunkBytes, Math.Max(cacheBytes, 8 * MaxChunkBytes));

    protected override ReadStatus ReadStored(StoredPiece piece, ulong at, Span<byte> destination, out int got)
    {
        got = 0;
        int index = (int)piece.Rank;
        AvmlChunk chunk = chunks[index];
        int offset = (int)(at - chunk.Start);
        if (!_cache.TryRead((ulong)index, offset, destination))
        {
            byte[] bytes = new byte[MaxChunkBytes];
            ReadStatus status = Decompress(chunk, bytes.AsSpan(0, chunk.Bytes));
            if (status != ReadStatus.Ok)
            {
                return status;
            }

            _cache.Store((ulong)index, bytes);
            bytes.AsSpan(offset, destination.Length).CopyTo(destination);
        }

        got = destination.Length;
        return ReadStatus.Ok;
    }

    private ReadStatus Decompress(AvmlChunk chunk, Span<byte> bytes)
    {
        byte[] stored = new byte[chunk.StoredBytes];
        int read = source.Read(chunk.Position, stored);
        if (read < stored.Length)
        {
            return read == DumpSource.Failed ? ReadStatus.IoError : ReadStatus.Truncated;
        }

        ReadOnlySpan<byte> data = stored.AsSpan(ChecksumBytes);
        bool isWhole = chunk.IsCompressed ? TrySnappy(data, bytes) : data.TryCopyTo(bytes);
        return isWhole && Mask(Crc32C(bytes)) == BinaryPrimitives.ReadUInt32LittleEndian(stored) ? ReadStatus.Ok : ReadStatus.Corrupt;
    }

    private static bool TrySnappy(ReadOnlySpan<byte> data, Span<byte> bytes)
    {
        try
        {
            return Snappy.GetUncompressedLength(data) == bytes.Length && Snappy.TryDecompress(data, bytes, out int written) && written == bytes.Length;
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The framing format rotates and adds, so that checksums of checksums differ (snappy: framing_format.txt, 3).</summary>
    private static uint Mask(uint crc) => unchecked(BitOperations.RotateRight(crc, 15) + 0xa282ead8);

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
