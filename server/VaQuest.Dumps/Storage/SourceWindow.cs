// SourceWindow: small reads in ascending order without one system call for each.
namespace VaQuest.Dumps.Storage;

/// <summary>Keeps the last 64 KiB read from a source. For one thread, while opening.</summary>
internal sealed class SourceWindow(DumpSource source)
{
    private const int WindowBytes = 64 << 10;

    private byte[] _bytes = new byte[(int)Math.Clamp(source.Length, 1, WindowBytes)];
    private long _start;
    private int _count;

    /// <summary>The bytes from an offset, fewer than asked when the source ends. Valid until the next call.</summary>
    public ReadOnlySpan<byte> At(long offset, int length, string what)
    {
        if (offset < _start || offset - _start > _count - length)
        {
            if (_bytes.Length < length)
            {
                _bytes = new byte[length];
            }

            _start = offset;
            _count = source.ReadSome(offset, _bytes, what);
        }

        int begin = (int)(offset - _start);
        return _bytes.AsSpan(begin, Math.Min(length, _count - begin));
    }
}
