// MirroredSource: bytes with their bits in the other order.
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Sadump;

/// <summary>sadump's bitmaps begin with the highest bit of each byte; everything else begins with the lowest. Does not own its source.</summary>
internal sealed class MirroredSource(DumpSource source) : DumpSource
{
    private static readonly byte[] s_mirrored = [.. Enumerable.Range(0, 256).Select(Mirror)];

    public override long Length => source.Length;

    public override int Read(long offset, Span<byte> destination)
    {
        int got = source.Read(offset, destination);
        for (int i = 0; i < got; i++)
        {
            destination[i] = s_mirrored[destination[i]];
        }

        return got;
    }

    public override void Dispose()
    {
    }

    private static byte Mirror(int value)
    {
        int mirrored = 0;
        for (int bit = 0; bit < 8; bit++)
        {
            mirrored |= ((value >> bit) & 1) << (7 - bit);
        }

        return (byte)mirrored;
    }
}
