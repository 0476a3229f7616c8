// FixedStream: a part of an array to write to, that notes when it is too small.
namespace VaQuest.Dumps.Compression;

/// <summary>A write-only stream over part of an array that can be pointed at another part; what does not fit is dropped.</summary>
internal sealed class FixedStream : Stream
{
    private byte[] _bytes = [];
    private int _start;
    private int _room;

    public int Count { get; private set; }

    public bool HasOverflowed { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Reset(byte[] bytes, int start, int room) => (_bytes, _start, _room, Count, HasOverflowed) = (bytes, start, room, 0, false);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        HasOverflowed |= buffer.Length > _room - Count;
        if (!HasOverflowed)
        {
            buffer.CopyTo(_bytes.AsSpan(_start + Count));
            Count += buffer.Length;
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
