// S390Memory: memory of s390 stand-alone dumps, plain and in compressed chunks.
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.PageCache;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.S390;

/// <summary>A piece of rank 0 and above is chunk of that number; below 0 it is stored as it is.</summary>
internal sealed class S390Memory(DumpSource source, PieceIndex pieces, IReadOnlyList<S390Chunk> chunks, int pageSize, int chunkBytes, int cacheBytes)
    : PieceMemory(pieces, pageSize), IDisposable
{
    private readonly PageCodecPool _codecs = new();

    /// <summary>Whole chunks: readers stay in one for a while, and a chunk is half a thousand pages' work. Made when the first is decompressed.</summary>
    private CachedPages? _cache;

    /// <summary>The last chunk that could not be decompressed, and why: readers ask again for each of its pages.</summary>
    private Failure? _lastFailure;

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

        ReadStatus status = ReadChunk((int)piece.Rank, at, destination);
        got = status == ReadStatus.Ok ? destination.Length : 0;
        return status;
    }

    private ReadStatus ReadChunk(int index, ulong at, Span<byte> destination)
    {
        S390Chunk chunk = chunks[index];
        int inChunk = (int)(at - chunk.Start);
        if (Volatile.Read(ref _cache) is { } cache && cache.TryRead((ulong)index, inChunk, destination))
        {
            return ReadStatus.Ok;
        }

        if (Volatile.Read(ref _lastFailure) is { } failure && failure.Index == index)
        {
            return failure.Status;
        }

        PageCodec codec = _codecs.Rent();
        try
        {
            Span<byte> bytes = codec.NeedPage(chunk.Bytes);
            ReadStatus status = Decompress(chunk, codec, bytes);
            if (status != ReadStatus.Ok)
            {
                Volatile.Write(ref _lastFailure, new Failure(index, status));
                return status;
            }

            Cache().Store((ulong)index, bytes);
            bytes.Slice(inChunk, destination.Length).CopyTo(destination);
            return ReadStatus.Ok;
        }
        finally
        {
            _codecs.Return(codec);
        }
    }

    private ReadStatus Decompress(S390Chunk chunk, PageCodec codec, Span<byte> bytes)
    {
        int wanted = (int)Math.Clamp(source.Length - chunk.Position, 0, chunk.StoredBytes);
        byte[] stored = codec.NeedCompressed(wanted);
        int read = source.Read(chunk.Position, stored.AsSpan(0, wanted));
        if (read <= 0)
        {
            return read == DumpSource.Failed ? ReadStatus.IoError : ReadStatus.Truncated;
        }

        ReadStatus status = codec.Decompress(CompressionMethod.Zlib, stored, 0, read, bytes);
        return status != ReadStatus.Ok && read < chunk.StoredBytes ? ReadStatus.Truncated : status;
    }

    private CachedPages Cache() =>
        Volatile.Read(ref _cache) ?? Interlocked.CompareExchange(ref _cache, new CachedPages(chunkBytes, cacheBytes), null) ?? _cache!;

    private sealed record Failure(int Index, ReadStatus Status);
}
