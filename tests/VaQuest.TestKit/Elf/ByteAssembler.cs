// ByteAssembler: appends values of either byte order, with labels and patches.
using System.Buffers.Binary;
using System.Text;

namespace VaQuest.TestKit.Elf;

/// <summary>A growing byte array for building test inputs.</summary>
public sealed class ByteAssembler(bool bigEndian = false, int wordSize = 8)
{
    private readonly List<byte> _bytes = [];

    public int Position => _bytes.Count;

    public bool IsBigEndian { get; } = bigEndian;

    public int WordSize { get; } = wordSize;

    public byte[] ToArray() => [.. _bytes];

    public ByteAssembler U8(int value) => Append(unchecked((byte)value), 1);

    public ByteAssembler U16(int value) => Append(unchecked((ushort)value), 2);

    public ByteAssembler U32(uint value) => Append(value, 4);

    public ByteAssembler U64(ulong value) => Append(value, 8);

    public ByteAssembler Word(ulong value) => Append(value, WordSize);

    public ByteAssembler Append(ulong value, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        Encode(value, bytes, size);
        _bytes.AddRange(bytes[..size]);
        return this;
    }

    public ByteAssembler Uleb(ulong value)
    {
        do
        {
            byte low = (byte)(value & 0x7f);
            value >>= 7;
            _bytes.Add((byte)(low | (value != 0 ? 0x80 : 0)));
        }
        while (value != 0);
        return this;
    }

    public ByteAssembler Sleb(long value)
    {
        bool more;
        do
        {
            byte low = (byte)(value & 0x7f);
            value >>= 7;
            more = !(value == 0 && (low & 0x40) == 0) && !(value == -1 && (low & 0x40) != 0);
            _bytes.Add((byte)(low | (more ? 0x80 : 0)));
        }
        while (more);
        return this;
    }

    public ByteAssembler Text(string text)
    {
        _bytes.AddRange(Encoding.UTF8.GetBytes(text));
        return U8(0);
    }

    public ByteAssembler Bytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public ByteAssembler Align(int alignment)
    {
        while (_bytes.Count % alignment != 0)
        {
            _bytes.Add(0);
        }

        return this;
    }

    /// <summary>Overwrites a value that was appended before.</summary>
    public void Patch(int position, ulong value, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        Encode(value, bytes, size);
        for (int i = 0; i < size; i++)
        {
            _bytes[position + i] = bytes[i];
        }
    }

    private void Encode(ulong value, Span<byte> bytes, int size)
    {
        if (IsBigEndian)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, value << (64 - (8 * size)));
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        }
    }
}
