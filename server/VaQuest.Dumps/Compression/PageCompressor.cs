// PageCompressor: compresses one page by any of the methods of kdump-compressed dumps.
using System.IO.Compression;
using Snappier;
using ZstdSharp.Unsafe;

namespace VaQuest.Dumps.Compression;

/// <summary>A compressor with its working memory. One thread at a time.</summary>
internal sealed unsafe class PageCompressor(CompressionMethod method) : IDisposable
{
    /// <summary>zstd's fastest positive level: a dump is written once, on a machine that waits.</summary>
    private const int ZstdLevel = 1;

    private readonly FixedStream _target = new();
    private readonly Lzo1xCompressor? _lzo = method == CompressionMethod.Lzo ? new Lzo1xCompressor() : null;
    private byte[] _snappy = [];
    private ZSTD_CCtx_s* _zstd;

    ~PageCompressor()
    {
        Free();
    }

    public CompressionMethod Method => method;

    /// <summary>
    /// Compresses a page into an array from <paramref name="start"/>. Returns the compressed size, which is smaller than the page, or 0 when
    /// the page does not shrink and is to be stored as it is. The array has room for a page there.
    /// </summary>
    public int Compress(ReadOnlySpan<byte> page, byte[] target, int start)
    {
        Span<byte> room = target.AsSpan(start, page.Length - 1);
        return method switch
        {
            CompressionMethod.Zlib => CompressZlib(page, target, start),
            CompressionMethod.Lzo => _lzo!.Compress(page, room),
            CompressionMethod.Snappy => CompressSnappy(page, room),
            CompressionMethod.Zstd => CompressZstd(page, room),
            _ => 0,
        };
    }

    public void Dispose()
    {
        _target.Dispose();
        Free();
        GC.SuppressFinalize(this);
    }

    private int CompressZlib(ReadOnlySpan<byte> page, byte[] target, int start)
    {
        _target.Reset(target, start, page.Length - 1);
        using (var zlib = new ZLibStream(_target, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(page);
        }

        return _target.HasOverflowed ? 0 : _target.Count;
    }

    private int CompressSnappy(ReadOnlySpan<byte> page, Span<byte> room)
    {
        int needed = Snappy.GetMaxCompressedLength(page.Length);
        if (_snappy.Length < needed)
        {
            _snappy = new byte[needed];
        }

        int count = Snappy.Compress(page, _snappy);
        if (count > room.Length)
        {
            return 0;
        }

        _snappy.AsSpan(0, count).CopyTo(room);
        return count;
    }

    private int CompressZstd(ReadOnlySpan<byte> page, Span<byte> room)
    {
        if (_zstd is null)
        {
            _zstd = Methods.ZSTD_createCCtx();
        }

        fixed (byte* from = page)
        fixed (byte* to = room)
        {
            nuint count = Methods.ZSTD_compressCCtx(_zstd, to, (nuint)room.Length, from, (nuint)page.Length, ZstdLevel);
            return Methods.ZSTD_isError(count) ? 0 : (int)count;
        }
    }

    private void Free()
    {
        if (_zstd is not null)
        {
            _ = Methods.ZSTD_freeCCtx(_zstd);
            _zstd = null;
        }
    }
}
