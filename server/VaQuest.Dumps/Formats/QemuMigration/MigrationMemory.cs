// MigrationMemory: guest memory out of a QEMU migration stream.
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.PageCache;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.QemuMigration;

/// <summary>Reads pages that are stored, filled or compressed. A piece's rank is the number of its run, negated; above 0 it is zeros.</summary>
internal sealed class MigrationMemory(DumpSource source, PieceIndex pieces, PageRunList runs, int pageSize, int cacheBytes)
    : PieceMemory(pieces, pageSize), IDisposable
{
    private readonly CachedPages _cache = new(pageSize, cacheBytes);
    private readonly PageCodecPool _codecs = new();

    /// <summary>Largest compressed form of a page of that size: codes of 9 bits for every byte, which is more than zlib's own bound.</summary>
    public static int MaxCompressedBytes(int pageSize) => pageSize + (pageSize / 8) + 64;

    /// <summary>Closes the file and frees the decompressors.</summary>
    public void Dispose()
    {
        _codecs.Dispose();
        source.Dispose();
    }

    protected override ReadStatus ReadStored(StoredPiece piece, ulong at, Span<byte> destination, out int got)
    {
        got = 0;
        if (piece.Rank > 0)
        {
            destination.Clear();
            got = destination.Length;
            return ReadStatus.Ok;
        }

        PageRun run = runs[(int)-piece.Rank];
        while (got < destination.Length)
        {
            ulong address = at + (ulong)got;
            int inPage = (int)(address % (ulong)PageSize);
            int count = Math.Min(destination.Length - got, PageSize - inPage);
            ReadStatus status = ReadPage(run, new PhysAddr(address - (ulong)inPage), inPage, destination.Slice(got, count), out int read);
            got += read;
            if (status != ReadStatus.Ok)
            {
                return status;
            }
        }

        return ReadStatus.Ok;
    }

    private ReadStatus ReadPage(PageRun run, PhysAddr page, int inPage, Span<byte> destination, out int got)
    {
        got = 0;
        switch (run.Kind)
        {
            case PageRunKind.Filled:
                destination.Fill(run.Fill);
                got = destination.Length;
                return ReadStatus.Ok;
            case PageRunKind.Difference:
                return ReadStatus.Unsupported;
            case PageRunKind.Stored:
                long index = (long)((page - run.Start) / (ulong)PageSize);
                int read = source.Read(run.Position + (index * run.Stride) + inPage, destination);
                got = Math.Max(0, read);
                return read == DumpSource.Failed ? ReadStatus.IoError : read < destination.Length ? ReadStatus.Truncated : ReadStatus.Ok;
            default:
                return ReadCompressed(run, page, inPage, destination, out got);
        }
    }

    private ReadStatus ReadCompressed(PageRun run, PhysAddr page, int inPage, Span<byte> destination, out int got)
    {
        got = 0;
        ulong key = page.Value / (ulong)PageSize;
        if (!_cache.TryRead(key, inPage, destination))
        {
            PageCodec codec = _codecs.Rent();
            try
            {
                byte[] compressed = codec.NeedCompressed(run.Bytes);
                int read = source.Read(run.Position, compressed.AsSpan(0, run.Bytes));
                if (read < run.Bytes)
                {
                    return read == DumpSource.Failed ? ReadStatus.IoError : ReadStatus.Truncated;
                }

                Span<byte> bytes = codec.NeedPage(PageSize);
                ReadStatus status = codec.Decompress(CompressionMethod.Zlib, compressed, 0, run.Bytes, bytes);
                if (status != ReadStatus.Ok)
                {
                    return status;
                }

                _cache.Store(key, bytes);
                bytes.Slice(inPage, destination.Length).CopyTo(destination);
            }
            finally
            {
                _codecs.Return(codec);
            }
        }

        got = destination.Length;
        return ReadStatus.Ok;
    }
}
