// ZlibPage: decompresses zlib pages through the framework's zlib.
using System.IO.Compression;

namespace VaQuest.Dumps.Compression;

/// <summary>Decompresses RFC 1950 streams of one page each. One thread at a time.</summary>
internal sealed class ZlibPage : IDisposable
{
    private readonly MemoryStreamWindow _input = new();

    /// <summary>True when the stream is sound, its checksum included, and fills the page exactly. Never throws on data.</summary>
    public bool TryDecompress(byte[] source, int start, int count, Span<byte> page)
    {
        _input.Reset(source, start, count);
        try
        {
            using var zlib = new ZLibStream(_input, CompressionMode.Decompress, leaveOpen: true);
            int done = zlib.ReadAtLeast(page, page.Length, throwOnEndOfStream: false);

            // Reading past the page's end makes zlib check that the stream ends there, and its checksum.
            return done == page.Length && zlib.ReadByte() < 0;
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            return false;
        }
    }

    public void Dispose() => _input.Dispose();
}
