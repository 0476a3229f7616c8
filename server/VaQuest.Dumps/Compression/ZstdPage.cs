// ZstdPage: decompresses zstd pages through ZstdSharp.
using ZstdSharp.Unsafe;

namespace VaQuest.Dumps.Compression;

/// <summary>
/// Decompresses zstd frames of one page each. One thread at a time. The library's one-call interface into a destination of fixed size is
/// used: it needs no window buffer, so memory is bounded whatever window a frame asks for, and it answers damage with a code, not with
/// an exception for every page.
/// </summary>
internal sealed unsafe class ZstdPage : IDisposable
{
    private ZSTD_DCtx_s* _context;

    ~ZstdPage()
    {
        Free();
    }

    /// <summary>True when the frame is sound and fills the page exactly. Never throws on data.</summary>
    public bool TryDecompress(ReadOnlySpan<byte> input, Span<byte> page)
    {
        if (_context is null)
        {
            _context = Methods.ZSTD_createDCtx();
        }

        fixed (byte* from = input)
        fixed (byte* to = page)
        {
            nuint written = Methods.ZSTD_decompressDCtx(_context, to, (nuint)page.Length, from, (nuint)input.Length);
            return !Methods.ZSTD_isError(written) && written == (nuint)page.Length;
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_context is not null)
        {
            _ = Methods.ZSTD_freeDCtx(_context);
            _context = null;
        }
    }
}
