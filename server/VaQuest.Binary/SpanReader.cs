// SpanReader: the bounds-checked cursor through which all untrusted bytes are read.
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace VaQuest.Binary;

/// <summary>
/// A cursor over a span. Byte order and word size are fixed at construction. TryX returns false and does not move on a short read;
/// ReadX throws <see cref="DumpFormatException"/> (<see cref="FormatError.Truncated"/>) and does not move either.
/// </summary>
public ref struct SpanReader
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly bool _bigEndian;
    private int _position;

    /// <param name="data">The bytes to read; the cursor starts at 0.</param>
    /// <param name="bigEndian">True when multi-byte values are big-endian.</param>
    /// <param name="wordSize">Size of a target word in bytes: 4 or 8.</param>
    public SpanReader(ReadOnlySpan<byte> data, bool bigEndian = false, int wordSize = 8)
    {
        _data = data;
        _bigEndian = bigEndian;
        WordSize = wordSize;
        _position = 0;
    }

    /// <summary>Size of a target word in bytes: 4 or 8.</summary>
    public int WordSize { get; }

    public readonly bool IsBigEndian => _bigEndian;

    /// <summary>Bytes from the start; setting it outside 0..Length throws.</summary>
    public int Position
    {
        readonly get => _position;
        set
        {
            if (value < 0 || value > _data.Length)
            {
                ThrowTruncated(value);
            }

            _position = value;
        }
    }

    public readonly int Length => _data.Length;

    public readonly int Remaining => _data.Length - _position;

    public readonly bool IsAtEnd => _position >= _data.Length;

    public readonly ReadOnlySpan<byte> Rest => _data[_position..];

    public bool TryReadByte(out byte value)
    {
        if (_position >= _data.Length)
        {
            value = 0;
            return false;
        }

        value = _data[_position++];
        return true;
    }

    public bool TryReadUInt16(out ushort value)
    {
        if (Remaining < 2)
        {
            value = 0;
            return false;
        }

        ReadOnlySpan<byte> at = _data.Slice(_position, 2);
        value = _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);
        _position += 2;
        return true;
    }

    public bool TryReadUInt32(out uint value)
    {
        if (Remaining < 4)
        {
            value = 0;
            return false;
        }

        ReadOnlySpan<byte> at = _data.Slice(_position, 4);
        value = _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);
        _position += 4;
        return true;
    }

    public bool TryReadUInt64(out ulong value)
    {
        if (Remaining < 8)
        {
            value = 0;
            return false;
        }

        ReadOnlySpan<byte> at = _data.Slice(_position, 8);
        value = _bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(at) : BinaryPrimitives.ReadUInt64LittleEndian(at);
        _position += 8;
        return true;
    }

    /// <summary>Reads an unsigned value of 1, 2, 4 or 8 bytes; other sizes return false.</summary>
    public bool TryReadUInt(int size, out ulong value)
    {
        value = 0;
        switch (size)
        {
            case 1 when TryReadByte(out byte b):
                value = b;
                return true;
            case 2 when TryReadUInt16(out ushort h):
                value = h;
                return true;
            case 4 when TryReadUInt32(out uint w):
                value = w;
                return true;
            case 8:
                return TryReadUInt64(out value);
            default:
                return false;
        }
    }

    public bool TryReadWord(out ulong value) => TryReadUInt(WordSize, out value);

    /// <summary>Reads an unsigned LEB128 value; false when it is cut or does not fit into 64 bits.</summary>
    public bool TryReadUleb128(out ulong value)
    {
        int at = _position;
        value = 0;
        for (int shift = 0; at < _data.Length; shift += 7)
        {
            byte b = _data[at++];
            ulong bits = (ulong)(b & 0x7f);
            if (shift >= 64 ? bits != 0 : shift == 63 && bits > 1)
            {
                value = 0;
                return false;
            }

            if (shift < 64)
            {
                value |= bits << shift;
            }

            if ((b & 0x80) == 0)
            {
                _position = at;
                return true;
            }
        }

        value = 0;
        return false;
    }

    /// <summary>Reads a signed LEB128 value; false when it is cut. Bits above 64 are dropped, as padding of the sign.</summary>
    public bool TryReadSleb128(out long value)
    {
        int at = _position;
        value = 0;
        int shift = 0;
        while (at < _data.Length)
        {
            byte b = _data[at++];
            if (shift < 64)
            {
                value |= unchecked((long)((ulong)(b & 0x7f) << shift));
            }

            shift += 7;
            if ((b & 0x80) == 0)
            {
                if (shift < 64 && (b & 0x40) != 0)
                {
                    value |= -1L << shift;
                }

                _position = at;
                return true;
            }
        }

        value = 0;
        return false;
    }

    public bool TryReadBytes(int count, out ReadOnlySpan<byte> bytes)
    {
        if (count < 0 || count > Remaining)
        {
            bytes = default;
            return false;
        }

        bytes = _data.Slice(_position, count);
        _position += count;
        return true;
    }

    /// <summary>Reads up to and over the next NUL; the result is without it. False when there is none.</summary>
    public bool TryReadCString(out ReadOnlySpan<byte> text)
    {
        int length = Rest.IndexOf((byte)0);
        if (length < 0)
        {
            text = default;
            return false;
        }

        text = _data.Slice(_position, length);
        _position += length + 1;
        return true;
    }

    public bool TrySkip(long count)
    {
        if (count < 0 || count > Remaining)
        {
            return false;
        }

        _position += (int)count;
        return true;
    }

    public byte ReadByte()
    {
        if (!TryReadByte(out byte value))
        {
            ThrowTruncated(1);
        }

        return value;
    }

    public ushort ReadUInt16()
    {
        if (!TryReadUInt16(out ushort value))
        {
            ThrowTruncated(2);
        }

        return value;
    }

    public uint ReadUInt32()
    {
        if (!TryReadUInt32(out uint value))
        {
            ThrowTruncated(4);
        }

        return value;
    }

    public ulong ReadUInt64()
    {
        if (!TryReadUInt64(out ulong value))
        {
            ThrowTruncated(8);
        }

        return value;
    }

    public int ReadInt32() => unchecked((int)ReadUInt32());

    public long ReadInt64() => unchecked((long)ReadUInt64());

    public ulong ReadWord()
    {
        if (!TryReadWord(out ulong value))
        {
            ThrowTruncated(WordSize);
        }

        return value;
    }

    public ulong ReadUInt(int size)
    {
        if (!TryReadUInt(size, out ulong value))
        {
            ThrowTruncated(size);
        }

        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadUleb128()
    {
        if (_position < _data.Length && _data[_position] < 0x80)
        {
            return _data[_position++];
        }

        if (!TryReadUleb128(out ulong value))
        {
            ThrowTruncated(1);
        }

        return value;
    }

    public long ReadSleb128()
    {
        if (!TryReadSleb128(out long value))
        {
            ThrowTruncated(1);
        }

        return value;
    }

    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (!TryReadBytes(count, out ReadOnlySpan<byte> bytes))
        {
            ThrowTruncated(count);
        }

        return bytes;
    }

    public ReadOnlySpan<byte> ReadCString()
    {
        if (!TryReadCString(out ReadOnlySpan<byte> text))
        {
            ThrowTruncated(1);
        }

        return text;
    }

    public void Skip(long count)
    {
        if (!TrySkip(count))
        {
            ThrowTruncated(count);
        }
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void ThrowTruncated(long wanted) =>
        throw new DumpFormatException(
            FormatError.Truncated,
            FormattableString.Invariant($"the data ends at byte {_data.Length}, but {wanted} more are needed at byte {_position}"));
}
