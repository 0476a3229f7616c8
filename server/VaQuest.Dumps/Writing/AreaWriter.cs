// AreaWriter: writes one area of a file from its beginning on, while others are written elsewhere.
using Microsoft.Win32.SafeHandles;

namespace VaQuest.Dumps.Writing;

/// <summary>Collects bytes and writes them in large pieces. For one thread; throws IOException when the disk is full.</summary>
internal sealed class AreaWriter(SafeFileHandle file, long start, int bufferBytes)
{
    private readonly byte[] _buffer = new byte[bufferBytes];
    private long _flushed;
    private int _count;

    /// <summary>Offset in the file of the next byte.</summary>
    public long Position => start + _flushed + _count;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, _buffer.Length - _count);
            bytes[..count].CopyTo(_buffer.AsSpan(_count));
            bytes = bytes[count..];
            _count += count;
            if (_count == _buffer.Length)
            {
                Flush();
            }
        }
    }

    public void Flush()
    {
        RandomAccess.Write(file, _buffer.AsSpan(0, _count), start + _flushed);
        _flushed += _count;
        _count = 0;
    }
}
