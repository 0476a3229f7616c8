// ByteCursor: reads a dump's headers one value after the other, in big-endian or little-endian order.
using System.Buffers.Binary;
using VaQuest.Binary;

namespace VaQuest.Dumps.Storage;

/// <summary>A position in a source with small buffered reads. Throws <see cref="FormatError.Truncated"/> at the end of the file.</summary>
internal sealed class ByteCursor(DumpSource source, bool isBigEndian, string what)
{
    private readonly SourceWindow _window = new(source);

    public long Position { get; set; }

    public long Left => Math.Max(0, source.Length - Position);

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(Take(2)) : BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint ReadUInt32() => isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(Take(4)) : BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong ReadUInt64() => isBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(Take(8)) : BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>The next bytes; valid until the next read.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> bytes = Peek(count);
        if (bytes.Length < count)
        {
            throw new DumpFormatException(FormatError.Truncated, FormattableString.Invariant($"the file ends at byte {source.Length}, inside {what}"));
        }

        Position += count;
        return bytes;
    }

    /// <summary>The next bytes without moving, fewer at the end of the file.</summary>
    public ReadOnlySpan<byte> Peek(int count) => Position < 0 || Position >= source.Length ? [] : _window.At(Position, count, what);

    /// <summary>Moves on; beyond the end of the file too.</summary>
    public void Skip(long count) => Position = checked(Position + count);
}
