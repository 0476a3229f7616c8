// ByteRegion: a bounded range of bytes with 64-bit offsets, over a mapping or an array.
using VaQuest.Binary.Files;

namespace VaQuest.Binary;

/// <summary>
/// A read-only range of bytes that may be larger than a span. It keeps its owner alive; every access is checked against its length.
/// </summary>
public readonly unsafe struct ByteRegion
{
    private readonly object? _owner;
    private readonly byte* _pointer;
    private readonly long _start;

    /// <param name="owner">What must stay alive while the pointer is used.</param>
    /// <param name="pointer">First byte.</param>
    /// <param name="length">Length in bytes.</param>
    public ByteRegion(object owner, byte* pointer, long length)
    {
        _owner = owner;
        _pointer = pointer;
        _start = 0;
        Length = length;
    }

    public ByteRegion(byte[] bytes)
    {
        _owner = bytes;
        _pointer = null;
        _start = 0;
        Length = bytes.Length;
    }

    private ByteRegion(object? owner, byte* pointer, long start, long length)
    {
        _owner = owner;
        _pointer = pointer;
        _start = start;
        Length = length;
    }

    /// <summary>Length in bytes.</summary>
    public long Length { get; }

    public bool IsEmpty => Length == 0;

    /// <summary>True when <paramref name="offset"/> and <paramref name="length"/> lie inside.</summary>
    public bool Contains(long offset, long length) => offset >= 0 && length >= 0 && offset <= Length && length <= Length - offset;

    /// <summary>A part of the region. Throws <see cref="DumpFormatException"/> when it is not inside.</summary>
    public ByteRegion Slice(long offset, long length)
    {
        Check(offset, length);
        return new ByteRegion(_owner, _pointer, _start + offset, length);
    }

    public ByteRegion Slice(long offset) => Slice(offset, Length - offset);

    /// <summary>The bytes of a part. Throws <see cref="DumpFormatException"/> when it is not inside.</summary>
    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        Check(offset, length);
        return _owner is byte[] array
            ? array.AsSpan((int)(_start + offset), length)
            : new ReadOnlySpan<byte>(_pointer + _start + offset, length);
    }

    /// <summary>All bytes from an offset, as many as a span can hold.</summary>
    public ReadOnlySpan<byte> SpanFrom(long offset) => Span(offset, (int)Math.Min(int.MaxValue, Math.Max(0, Length - offset)));

    /// <summary>When the region is part of a mapped file, see <see cref="MappedFile.DropResidentPages"/>; else nothing.</summary>
    public void DropResidentPages() => (_owner as MappedFile)?.DropResidentPages();

    private void Check(long offset, long length)
    {
        if (!Contains(offset, length))
        {
            throw new DumpFormatException(
                FormatError.Truncated,
                FormattableString.Invariant($"{length} bytes at offset 0x{offset:x} are outside the {Length} bytes that are there"));
        }
    }
}
