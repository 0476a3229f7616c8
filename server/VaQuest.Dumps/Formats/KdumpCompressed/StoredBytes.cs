// StoredBytes: reads the stored bytes of pages through the window that a codec keeps of the file.
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>
/// A view of one dump through a codec's window. The window stays with the codec, so that a caller who goes through memory page by page
/// is served from it too.
/// </summary>
internal readonly ref struct StoredBytes(DumpSource source, PageCodec codec)
{
    /// <summary>
    /// Bytes read at once when pages are wanted in the order of the file: about 40 pages, for the price of 8 single reads (measured).
    /// </summary>
    private const int SequentialBytes = 64 << 10;

    public PageCodec Codec => codec;

    /// <summary>True when a page's stored bytes are in the window.</summary>
    public bool Contains(in PageDescriptor descriptor) =>
        descriptor.Offset >= codec.WindowStart && descriptor.Offset + descriptor.Size <= codec.WindowStart + codec.WindowCount;

    /// <summary>
    /// Makes a page's stored bytes available in the codec's buffer at <paramref name="start"/>. When they are not in the window,
    /// <paramref name="ahead"/> bytes from its offset are read; the page's size at least, more when it continues the window.
    /// </summary>
    public ReadStatus Find(in PageDescriptor descriptor, int ahead, out int start)
    {
        start = 0;
        if (!Contains(descriptor))
        {
            int wanted = Math.Max(ahead, (int)descriptor.Size);
            long end = codec.WindowStart + codec.WindowCount;
            bool isNext = codec.WindowCount > 0 && descriptor.Offset >= codec.WindowStart && descriptor.Offset <= end;
            wanted = isNext ? Math.Max(wanted, SequentialBytes) : wanted;
            byte[] buffer = codec.NeedCompressed(wanted);
            int read = source.Read(descriptor.Offset, buffer.AsSpan(0, wanted));
            codec.SetWindow(descriptor.Offset, Math.Max(0, read));
            if (read < (int)descriptor.Size)
            {
                return read == DumpSource.Failed ? ReadStatus.IoError : ReadStatus.Truncated;
            }
        }

        start = (int)(descriptor.Offset - codec.WindowStart);
        return ReadStatus.Ok;
    }
}
