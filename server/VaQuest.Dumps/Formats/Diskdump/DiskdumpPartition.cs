// DiskdumpPartition: the marks that diskdumpfmt writes over every block of a dump partition.
using System.Buffers.Binary;

namespace VaQuest.Dumps.Formats.Diskdump;

/// <summary>
/// A formatted block (drivers/block/diskdump.c of RHEL 4): the words "disk" and "dump", the block's number, then words each of which is
/// 11 times (the one before plus 7). Block 0 keeps its mark; a dump overwrites the blocks from 1 on, so that a block which still has its mark was
/// never written.
/// </summary>
internal static class DiskdumpPartition
{
    private static ReadOnlySpan<byte> Mark => "diskdump"u8;

    /// <summary>True when a block has the mark of its number, as far as its bytes go (12 at least).</summary>
    public static bool IsFormatted(ReadOnlySpan<byte> block, uint number, bool isBigEndian)
    {
        if (block.Length < 16 || !block.StartsWith(Mark))
        {
            return false;
        }

        uint expected = number;
        for (int at = Mark.Length; at + 4 <= block.Length; at += 4)
        {
            ReadOnlySpan<byte> word = block[at..];
            if ((isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(word) : BinaryPrimitives.ReadUInt32LittleEndian(word)) != expected)
            {
                return false;
            }

            expected = unchecked((expected + 7) * 11);
        }

        return true;
    }

    /// <summary>True when a file begins like a dump partition, in either byte order.</summary>
    public static bool IsPartition(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> start = head[..Math.Min(head.Length, 512)];
        return IsFormatted(start, 0, isBigEndian: false) || IsFormatted(start, 0, isBigEndian: true);
    }
}
