// KernelReader: single values out of kernel memory, in the crashed machine's byte order and word size.
using System.Buffers.Binary;
using System.Text;
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory;

/// <summary>
/// Typed reads over <see cref="IKernelMemory"/>. TryX returns false when the bytes are not there; <see cref="ReadUInt"/> keeps the reason.
/// </summary>
public sealed class KernelReader
{
    /// <summary>Kernel strings that are longer are cut: paths, command lines and names are all shorter.</summary>
    public const int MaxStringBytes = 64 * 1024;

    private readonly bool _bigEndian;

    public KernelReader(IKernelMemory memory, bool bigEndian = false, int wordSize = 8)
    {
        Memory = memory;
        _bigEndian = bigEndian;
        WordSize = wordSize;
    }

    public IKernelMemory Memory { get; }

    /// <summary>Bytes of a pointer or long: 4 or 8.</summary>
    public int WordSize { get; }

    public bool IsBigEndian => _bigEndian;

    public ReadOutcome Read(VirtAddr address, Span<byte> destination) => Memory.Read(address, destination);

    /// <summary>Reads an unsigned value of 1 to 8 bytes.</summary>
    public ReadOutcome ReadUInt(VirtAddr address, int size, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        Span<byte> part = bytes[..Math.Clamp(size, 1, 8)];
        ReadOutcome outcome = Memory.Read(address, part);
        value = outcome.IsOk ? DecodeUInt(part) : 0;
        return outcome;
    }

    public bool TryReadUInt(VirtAddr address, int size, out ulong value) => ReadUInt(address, size, out value).IsOk;

    public bool TryReadUInt64(VirtAddr address, out ulong value) => TryReadUInt(address, 8, out value);

    public bool TryReadUInt32(VirtAddr address, out uint value)
    {
        bool isRead = TryReadUInt(address, 4, out ulong wide);
        value = (uint)wide;
        return isRead;
    }

    public bool TryReadInt32(VirtAddr address, out int value)
    {
        bool isRead = TryReadUInt32(address, out uint raw);
        value = unchecked((int)raw);
        return isRead;
    }

    /// <summary>Reads a pointer or unsigned long.</summary>
    public bool TryReadWord(VirtAddr address, out ulong value) => TryReadUInt(address, WordSize, out value);

    /// <summary>The value of a word that holds a signed long.</summary>
    public long SignExtendWord(ulong word) => WordSize == 8 ? unchecked((long)word) : unchecked((int)(uint)word);

    public bool TryReadPointer(VirtAddr address, out VirtAddr value)
    {
        bool isRead = TryReadWord(address, out ulong word);
        value = new VirtAddr(word);
        return isRead;
    }

    /// <summary>A pointer, or null when it cannot be read or is NULL.</summary>
    public VirtAddr? FindPointer(VirtAddr address) =>
        TryReadPointer(address, out VirtAddr value) && value.Value != 0 ? value : null;

    /// <summary>
    /// Text up to a NUL, at most <paramref name="maxBytes"/>; null when its first byte cannot be read. Bytes are Latin-1 so that none is lost.
    /// </summary>
    public string? ReadCString(VirtAddr address, int maxBytes)
    {
        var text = new StringBuilder();
        Span<byte> chunk = stackalloc byte[128];
        int left = Math.Min(maxBytes, MaxStringBytes);
        VirtAddr at = address;
        while (left > 0)
        {
            Span<byte> part = chunk[..Math.Min(left, chunk.Length)];
            int got = Memory.Read(at, part).BytesRead;
            int end = part[..got].IndexOf((byte)0);
            text.Append(Encoding.Latin1.GetString(part[..(end >= 0 ? end : got)]));
            if (end >= 0 || got < part.Length)
            {
                return got == 0 && text.Length == 0 ? null : text.ToString();
            }

            at += (ulong)got;
            left -= got;
        }

        return text.ToString();
    }

    /// <summary>Decodes an unsigned value of 1 to 8 bytes in the dump's byte order.</summary>
    public ulong DecodeUInt(ReadOnlySpan<byte> bytes)
    {
        switch (bytes.Length)
        {
            case 1:
                return bytes[0];
            case 2:
                return _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            case 4:
                return _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            case 8:
                return _bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            default:
                return DecodeOddSize(bytes);
        }
    }

    private ulong DecodeOddSize(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            value = (value << 8) | bytes[_bigEndian ? i : bytes.Length - 1 - i];
        }

        return value;
    }
}
