// SadumpPartition: the header in front of every sadump partition.
using System.Buffers.Binary;
using System.Numerics;

namespace VaQuest.Dumps.Formats.Sadump;

/// <summary>
/// One block, little-endian: marks, flags, GUIDs, the disk's number in its set, how much of it is used, and numbers by a rule that tell the size of
/// the block by where they end.
/// </summary>
internal sealed record SadumpPartition(ulong DiskSetLow, ulong DiskSetHigh, uint DiskNumber, ulong UsedBytes, int BlockBytes)
{
    private const int NumbersAt = 168;
    private const int LargestBlock = 64 << 10;
    private const int DefaultBlock = 4096;

    private static readonly byte[] s_mark = [0x73, 0x61, 0x64, 0x75, 0x6d, 0x70, 0, 0];

    public static bool HasMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith(s_mark);

    /// <summary>Reads a header from its first 64 KiB or less; null when it is none.</summary>
    public static SadumpPartition? Read(ReadOnlySpan<byte> bytes)
    {
        if (!HasMark(bytes) || bytes.Length < NumbersAt + 8)
        {
            return null;
        }

        return new SadumpPartition(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[104..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[112..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[152..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[160..]),
            FindBlockBytes(bytes[..Math.Min(bytes.Length, LargestBlock)]));
    }

    /// <summary>Each number is 11 × (the one before + 7), modulo 2^32; they fill the block.</summary>
    private static int FindBlockBytes(ReadOnlySpan<byte> bytes)
    {
        int at = NumbersAt;
        uint number = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
        while (at + 8 <= bytes.Length)
        {
            uint next = unchecked(11 * (number + 7));
            at += 4;
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) != next)
            {
                break;
            }

            number = next;
        }

        at = at + 8 > bytes.Length ? bytes.Length : at;
        return BitOperations.IsPow2(at) && at >= 512 ? at : DefaultBlock;
    }
}
