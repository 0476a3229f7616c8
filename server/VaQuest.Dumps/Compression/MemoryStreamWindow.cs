// MemoryStreamWindow: a part of an array as a stream, again and again without a new object.
namespace VaQuest.Dumps.Compression;

/// <summary>A read-only stream over part of an array that can be pointed at another part.</summary>
internal sealed class MemoryStreamWindow : Stream
{
    private byte[] _bytes = [];
    private int _position;
    private int _end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Reset(byte[] bytes, int start, int count)
    {
        _bytes = bytes;
        _position = start;
        _end = start + count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _end - _position);
        _bytes.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
