// FieldWriter: writes the numbers of a header in any byte order and word size.
using System.Buffers.Binary;
using System.Text;

namespace VaQuest.Dumps.Writing;

/// <summary>Writes into an array of fixed size, which the caller made large enough.</summary>
internal sealed class FieldWriter(byte[] bytes, bool isBigEndian, int wordSize)
{
    public int Position { get; set; }

    public FieldWriter At(int position)
    {
        Position = position;
        return this;
    }

    public FieldWriter U16(ushort value) => Number(value, 2);

    public FieldWriter U32(uint value) => Number(value, 4);

    public FieldWriter U64(ulong value) => Number(value, 8);

    /// <summary>A long of the crashed machine: 4 or 8 bytes; higher bits are cut.</summary>
    public FieldWriter Word(ulong value) => Number(value, wordSize);

    /// <summary>A word aligned to its size.</summary>
    public FieldWriter Align(int alignment) => At((Position + alignment - 1) & -alignment);

    public FieldWriter Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(bytes.AsSpan(Position));
        Position += value.Length;
        return this;
    }

    /// <summary>ASCII text in a field of fixed size that ends with a NUL at least.</summary>
    public FieldWriter Text(string text, int size)
    {
        Span<byte> field = bytes.AsSpan(Position, size - 1);
        Encoding.ASCII.GetBytes(text.AsSpan(0, Math.Min(text.Length, field.Length)), field);
        Position += size;
        return this;
    }

    private FieldWriter Number(ulong value, int size)
    {
        Span<byte> wide = stackalloc byte[8];
        if (isBigEndian)
        {
            BinaryPrimitives.WriteUInt64BigEndian(wide, value);
            return Bytes(wide[(8 - size)..]);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(wide, value);
        return Bytes(wide[..size]);
    }
}
