// PageBitmap: one bit per page, with the number of set bits below any page.
using System.Buffers.Binary;
using System.Numerics;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>
/// A bitmap of a kdump-compressed dump, lowest bit of each byte first. It is read once; what the file no longer holds counts as clear
/// and is told by <see cref="KnownBits"/>.
/// </summary>
internal sealed class PageBitmap
{
    /// <summary>Bits per entry of the rank index: counting the rest of one takes at most 64 steps of one instruction.</summary>
    private const int RankBits = 4096;

    /// <summary>Read size while loading, in bytes.</summary>
    private const int ChunkBytes = 1 << 20;

    private readonly byte[] _bytes;
    private readonly long[] _ranks;

    private PageBitmap(byte[] bytes, ulong bitCount, ulong knownBits)
    {
        _bytes = bytes;
        BitCount = bitCount;
        KnownBits = knownBits;
        _ranks = CountRanks(bytes);
        Count = _ranks[^1];
    }

    /// <summary>Bits of the bitmap: pages from 0 to here, exclusive.</summary>
    public ulong BitCount { get; }

    /// <summary>Bits that were in the file; fewer than <see cref="BitCount"/> when the file ends inside the bitmap.</summary>
    public ulong KnownBits { get; }

    /// <summary>Number of set bits.</summary>
    public long Count { get; }

    /// <summary>Reads a bitmap; the bits from <paramref name="bitCount"/> on are ignored.</summary>
    public static PageBitmap Load(DumpSource source, long offset, ulong bitCount, CancellationToken cancellation)
    {
        // No more than the file can have, rounded up to whole words, so that counting needs no special end.
        long there = Math.Max(0, source.Length - offset);
        int used = (int)Math.Min((long)((bitCount + 7) / 8), there);
        byte[] bytes = GC.AllocateUninitializedArray<byte>((used + 7) & ~7);
        bytes.AsSpan(used).Clear();
        int known = 0;
        for (int at = 0; at < used; at += ChunkBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<byte> chunk = bytes.AsSpan(at, Math.Min(ChunkBytes, used - at));
            int count = source.ReadSome(offset + at, chunk, "the page bitmap");
            known = known == at ? at + count : known;
        }

        if ((bitCount & 7) != 0 && (ulong)used * 8 > bitCount)
        {
            bytes[used - 1] &= (byte)((1 << (int)(bitCount & 7)) - 1);
        }

        return new PageBitmap(bytes, bitCount, Math.Min(bitCount, (ulong)known * 8));
    }

    public bool IsSet(ulong bit) => bit < KnownBits && (_bytes[bit >> 3] & (1 << (int)(bit & 7))) != 0;

    /// <summary>Number of set bits below <paramref name="bit"/>.</summary>
    public long Rank(ulong bit)
    {
        if (bit >= KnownBits)
        {
            return Count;
        }

        int entry = (int)(bit / RankBits);
        long rank = _ranks[entry];
        int word = entry * (RankBits / 64);
        int last = (int)(bit / 64);
        for (; word < last; word++)
        {
            rank += BitOperations.PopCount(Word(word));
        }

        return rank + BitOperations.PopCount(Word(last) & ((1UL << (int)(bit & 63)) - 1));
    }

    /// <summary>The first set bit at or above <paramref name="bit"/>, or <see cref="BitCount"/>.</summary>
    public ulong NextSet(ulong bit) => bit >= KnownBits ? BitCount : Next(bit, 0) is var next && next < KnownBits ? next : BitCount;

    /// <summary>The first clear bit at or above <paramref name="bit"/>, or <see cref="BitCount"/>.</summary>
    public ulong NextClear(ulong bit) => bit >= KnownBits ? Math.Min(bit, BitCount) : Math.Min(Next(bit, ulong.MaxValue), KnownBits);

    private ulong Next(ulong bit, ulong flip)
    {
        int word = (int)(bit / 64);
        ulong bits = (Word(word) ^ flip) & (ulong.MaxValue << (int)(bit & 63));
        while (bits == 0)
        {
            if (++word >= _bytes.Length / 8)
            {
                return BitCount;
            }

            bits = Word(word) ^ flip;
        }

        return Math.Min(BitCount, ((ulong)word * 64) + (ulong)BitOperations.TrailingZeroCount(bits));
    }

    private ulong Word(int index) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(index * 8));

    private static long[] CountRanks(ReadOnlySpan<byte> bytes)
    {
        const int EntryBytes = RankBits / 8;
        long[] ranks = new long[((bytes.Length + EntryBytes - 1) / EntryBytes) + 1];
        long total = 0;
        for (int i = 0; i + 1 < ranks.Length; i++)
        {
            ranks[i] = total;
            ReadOnlySpan<byte> entry = bytes.Slice(i * EntryBytes, Math.Min(EntryBytes, bytes.Length - (i * EntryBytes)));
            for (; entry.Length >= 8; entry = entry[8..])
            {
                total += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(entry));
            }
        }

        ranks[^1] = total;
        return ranks;
    }
}
