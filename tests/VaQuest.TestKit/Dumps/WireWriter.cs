// WireWriter: writes numbers of either byte order and word size into a growing buffer, for test inputs.
using System.Buffers.Binary;
using System.Text;

namespace VaQuest.TestKit.Dumps;

/// <summary>The counterpart of SpanReader: what it writes, SpanReader reads.</summary>
public sealed class WireWriter(bool bigEndian = false, int wordSize = 8)
{
    private byte[] _bytes = new byte[256];

    /// <summary>Where the next byte goes; moving beyond the end leaves zeros.</summary>
    public long Position { get; set; }

    public long Length { get; private set; }

    public WireWriter U8(byte value) => Bytes([value]);

    public WireWriter U16(ushort value) => Number(value, 2);

    public WireWriter U32(uint value) => Number(value, 4);

    public WireWriter U64(ulong value) => Number(value, 8);

    public WireWriter I32(int value) => Number(unchecked((uint)value), 4);

    public WireWriter I64(long value) => Number(unchecked((ulong)value), 8);

    /// <summary>A word of the target: 4 or 8 bytes.</summary>
    public WireWriter Word(ulong value) => Number(value, wordSize);

    public WireWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        long end = Position + bytes.Length;
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Max(end, 2L * _bytes.Length));
        }

        bytes.CopyTo(_bytes.AsSpan((int)Position));
        Position = end;
        Length = Math.Max(Length, end);
        return this;
    }

    /// <summary>Text in a field of fixed size, padded with NUL.</summary>
    public WireWriter Text(string text, int size)
    {
        byte[] field = new byte[size];
        Encoding.ASCII.GetBytes(text.AsSpan(0, Math.Min(text.Length, size)), field);
        return Bytes(field);
    }

    public WireWriter Zeros(long count) => Bytes(new byte[count]);

    /// <summary>Pads with zeros to a multiple of a power of two.</summary>
    public WireWriter Align(int alignment) => Zeros(-Position & (alignment - 1));

    /// <summary>Continues at an absolute place.</summary>
    public WireWriter At(long position)
    {
        Position = position;
        return this;
    }

    public byte[] ToArray() => _bytes[..(int)Length];

    private WireWriter Number(ulong value, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
            return Bytes(bytes[(8 - size)..]);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Bytes(bytes[..size]);
    }
}
