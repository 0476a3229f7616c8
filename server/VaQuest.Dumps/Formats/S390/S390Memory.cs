// S390Memory: memory of s390 stand-alone dumps, plain and in compressed chunks.
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.S390;

/// <summary>A piece of rank 0 and above is chunk of that number; below 0 it is stored as it is.</summary>
internal sealed class S390Memory(DumpSource source, PieceIndex pieces, IReadOnlyList<S390Chunk> chunks, int pageSize)
    : PieceMemory(pieces, pageSize), IDisposable
{
    private readonly PageCodecPool _codecs = new();
    private Decompressed? _last;

    public void Dispose()
    {
        _codecs.Dispose();
        source.Dispose();
    }

    protected override ReadStatus ReadStored(StoredPiece piece, ulong at, Span<byte> destination, out int got)
    {
        got = 0;
        if (piece.Rank < 0)
        {
            int read = source.Read(piece.Position + (long)(at - piece.Start), destination);
            got = Math.Max(0, read);
            return read == DumpSource.Failed ? ReadStatus.IoError : read < destination.Length ? ReadStatus.Truncated : ReadStatus.Ok;
        }

        // Chunks are large and readers stay in one for a while: the last one is kept.
        int index = (int)piece.Rank;
        Decompressed? last = Volatile.Read(ref _last);
        if (last is null || last.Index != index)
        {
            ReadStatus status = Decompress(chunks[index], out byte[] bytes);
            if (status != ReadStatus.Ok)
            {
                return status;
            }

            last = new Decompressed(index, bytes);
            Volatile.Write(ref _last, last);
        }

        last.Bytes.AsSpan((int)(at - chunks[index].Start), destination.Length).CopyTo(destination);
        got = destination.Length;
        return ReadStatus.Ok;
    }

    private ReadStatus Decompress(S390Chunk chunk, out byte[] bytes)
    {
        bytes = [];
        byte[] stored = new byte[chunk.StoredBytes];
        int read = source.Read(chunk.Position, stored);
        if (read <= 0)
        {
            return read == DumpSource.Failed ? ReadStatus.IoError : ReadStatus.Truncated;
        }

        byte[] target = new byte[chunk.Bytes];
        PageCodec codec = _codecs.Rent();
        try
        {
            ReadStatus status = codec.Decompress(CompressionMethod.Zlib, stored, 0, read, target);
            bytes = target;
            return status != ReadStatus.Ok && read < stored.Length ? ReadStatus.Truncated : status;
        }
        finally
        {
            _codecs.Return(codec);
        }
    }

    private sealed record Decompressed(int Index, byte[] Bytes);
}
