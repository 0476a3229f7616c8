// KallsymsMarkerSearch: finds the markers of kallsyms when the order of names lies between them and the tokens.
using System.Buffers.Binary;

namespace VaQuest.DebugInfo.Kallsyms;

/// <summary>
/// From 6.2 to 6.3, and in stable kernels that took the change, three bytes for each symbol lie between the markers and the token table
/// (kallsyms_seqs_of_names). The number of symbols is not known yet: each distance is tried, and the markers' form tells the right one.
/// </summary>
internal sealed class KallsymsMarkerSearch(MemoryReader read, int wordSize)
{
    private const int BlockSize = 256;

    /// <summary>Half a million symbols; distributions have 90 to 250 thousand.</summary>
    private const int MaxOrderBytes = 3 << 19;

    private const int PageSize = 4096;

    private static readonly int[] s_sizes = [4, 8];

    /// <summary>A name is at least a length and one token, and takes a few dozen bytes at most on average.</summary>
    private const uint MinBlockBytes = 2 * BlockSize;

    private const uint MaxBlockBytes = 128 * BlockSize;

    /// <summary>Candidates for the markers, the nearest to the token table first: their address, the last of them, their count and the symbols'.</summary>
    public IEnumerable<(ulong Address, ulong Last, int Count, int Symbols)> Find(ulong tokenTable)
    {
        ulong bottom = (tokenTable - MaxOrderBytes - (64 << 10)) & ~(ulong)(PageSize - 1);
        byte[] bytes = ReadPages(bottom, (int)(tokenTable - bottom));
        for (int end = bytes.Length - wordSize; end > bytes.Length - MaxOrderBytes && end > 64 << 10; end -= wordSize)
        {
            if (!MayEndMarkers(bytes, end))
            {
                // Missing pages are zeros, and much of memory: on to the word behind the next byte below that is not zero.
                int last = bytes.AsSpan(0, end).LastIndexOfAnyExcept((byte)0);
                end = Math.Min(end, Align(last + 1) + wordSize);
                continue;
            }

            int gap = bytes.Length - end;
            int most = gap / 3;
            for (int symbols = most; symbols > 0 && Align(symbols * 3) == gap; symbols--)
            {
                int blocks = (symbols + BlockSize - 1) / BlockSize;
                foreach (int size in s_sizes)
                {
                    int start = end - Align(blocks * size);
                    if (start >= 0 && AreMarkers(bytes.AsSpan(start), blocks, size))
                    {
                        yield return (bottom + (ulong)start, ValueAt(bytes.AsSpan(start), blocks - 1, size), blocks, symbols);
                    }
                }
            }
        }
    }

    /// <summary>The last marker is not 0, and at most half a word of padding follows it.</summary>
    private static bool MayEndMarkers(byte[] bytes, int end) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(end - 8)) != 0;

    private static ulong ValueAt(ReadOnlySpan<byte> markers, int index, int size) => size == 8
        ? BinaryPrimitives.ReadUInt64LittleEndian(markers[(index * 8)..])
        : BinaryPrimitives.ReadUInt32LittleEndian(markers[(index * 4)..]);

    private static bool AreMarkers(ReadOnlySpan<byte> bytes, int blocks, int size)
    {
        if (blocks < 2 || blocks * size > bytes.Length)
        {
            return false;
        }

        ulong previous = ValueAt(bytes, 0, size);
        if (previous != 0)
        {
            return false;
        }

        for (int i = 1; i < blocks; i++)
        {
            ulong value = ValueAt(bytes, i, size);
            if (value < previous + MinBlockBytes || value > previous + MaxBlockBytes)
            {
                return false;
            }

            previous = value;
        }

        return true;
    }

    private int Align(int value) => (value + wordSize - 1) & -wordSize;

    private byte[] ReadPages(ulong start, int length)
    {
        byte[] bytes = new byte[length];
        if (!read(start, bytes))
        {
            for (int at = 0; at < length; at += PageSize)
            {
                Span<byte> page = bytes.AsSpan(at, Math.Min(PageSize, length - at));
                if (!read(start + (ulong)at, page))
                {
                    page.Clear();
                }
            }
        }

        return bytes;
    }
}
