// PageCodec: decompresses one page by any of the methods of kdump-compressed dumps.
using Snappier;
using VaQuest.Binary;

namespace VaQuest.Dumps.Compression;

/// <summary>
/// A decompressor with its working memory. One thread at a time; <see cref="PageCodecPool"/> hands them out. The output is exactly one
/// page: a bomb can fill the page and nothing else.
/// </summary>
internal sealed class PageCodec : IDisposable
{
    /// <summary>Buffers of the size that readers of pages need are kept from dump to dump; those for whole chunks are not.</summary>
    private const int LargestKept = 256 << 10;

    private readonly ZlibPage _zlib = new();
    private readonly ZstdPage _zstd = new();

    /// <summary>Where compressed bytes are read to; grows to what a read needs.</summary>
    public byte[] Compressed { get; private set; } = [];

    /// <summary>Offset in the dump of the first byte of <see cref="Compressed"/>.</summary>
    public long WindowStart { get; private set; }

    /// <summary>Bytes of the dump that <see cref="Compressed"/> holds.</summary>
    public int WindowCount { get; private set; }

    /// <summary>Where a page is decompressed to before it is cached.</summary>
    public byte[] Page { get; private set; } = [];

    /// <summary>A buffer of at least that many bytes; the window is void until it is set again.</summary>
    public byte[] NeedCompressed(int length)
    {
        WindowCount = 0;
        if (Compressed.Length < length)
        {
            Compressed = GC.AllocateUninitializedArray<byte>(length);
        }

        return Compressed;
    }

    /// <summary>Says which bytes of the dump <see cref="Compressed"/> holds. A codec serves one dump at a time.</summary>
    public void SetWindow(long start, int count)
    {
        WindowStart = start;
        WindowCount = count;
    }

    /// <summary>Makes the codec ready for another dump; false when its buffers are larger than is worth keeping.</summary>
    public bool TryForget()
    {
        WindowCount = 0;
        WindowStart = 0;
        return Compressed.Length <= LargestKept && Page.Length <= LargestKept;
    }

    public Span<byte> NeedPage(int pageSize)
    {
        if (Page.Length < pageSize)
        {
            Page = GC.AllocateUninitializedArray<byte>(pageSize);
        }

        return Page.AsSpan(0, pageSize);
    }

    /// <summary>
    /// Decompresses <paramref name="count"/> bytes at <paramref name="start"/> of an array into exactly one page. Never throws on data.
    /// </summary>
    public ReadStatus Decompress(CompressionMethod method, byte[] source, int start, int count, Span<byte> page)
    {
        ReadOnlySpan<byte> input = source.AsSpan(start, count);
        bool isSound = method switch
        {
            CompressionMethod.Zlib => _zlib.TryDecompress(source, start, count, page),
            CompressionMethod.Lzo => Lzo1x.TryDecompress(input, page),
            CompressionMethod.Snappy => TrySnappy(input, page),
            CompressionMethod.Zstd => _zstd.TryDecompress(input, page),
            _ => false,
        };
        return isSound ? ReadStatus.Ok : ReadStatus.Corrupt;
    }

    public void Dispose()
    {
        _zlib.Dispose();
        _zstd.Dispose();
    }

    private static bool TrySnappy(ReadOnlySpan<byte> input, Span<byte> page)
    {
        try
        {
            // The length at the start of the block is the attacker's: it must be the page's.
            return Snappy.GetUncompressedLength(input) == page.Length
                && Snappy.TryDecompress(input, page, out int written)
                && written == page.Length;
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
