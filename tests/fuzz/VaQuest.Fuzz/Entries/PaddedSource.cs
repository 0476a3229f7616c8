// PaddedSource: an input at the beginning of a large file of zeros.
using VaQuest.Dumps.Storage;

namespace VaQuest.Fuzz.Entries;

/// <summary>Stands for a file of a fixed length, for what looks at large files only.</summary>
internal sealed class PaddedSource(byte[] bytes, long length) : DumpSource
{
    public override long Length => length;

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= length)
        {
            return 0;
        }

        int count = (int)Math.Min(destination.Length, length - offset);
        int there = (int)Math.Clamp(bytes.Length - offset, 0, count);
        bytes.AsSpan((int)Math.Min(offset, bytes.Length), there).CopyTo(destination);
        destination[there..count].Clear();
        return count;
    }

    public override void Dispose()
    {
    }
}
