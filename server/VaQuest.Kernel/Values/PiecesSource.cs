// PiecesSource: an object whose parts are in several places, some of them perhaps nowhere.
using VaQuest.DebugInfo.Dwarf.Expressions;

namespace VaQuest.Kernel.Values;

/// <summary>Pieces in the order of the object's bytes. Little-endian: bit 0 of a piece is the lowest of its first byte.</summary>
public sealed class PiecesSource(IReadOnlyList<PiecesSource.Piece> pieces) : ValueSource
{
    /// <param name="Source">Where the piece's bytes are.</param>
    /// <param name="BitOffset">Bits from the source's start to the piece.</param>
    /// <param name="BitSize">Its size in bits.</param>
    public sealed record Piece(ValueSource Source, long BitOffset, long BitSize);

    public override Absence? Read(long offset, Span<byte> destination)
    {
        destination.Clear();
        long start = offset * 8;
        long end = start + (destination.Length * 8L);
        long at = 0;
        foreach (Piece piece in pieces)
        {
            long from = Math.Max(start, at);
            long to = Math.Min(end, at + piece.BitSize);
            if (from < to && Copy(piece, from - at, to - from, destination, from - start) is { } missing)
            {
                return missing;
            }

            at += piece.BitSize;
        }

        return at >= end ? null : Absence.OptimisedOut;
    }

    private static Absence? Copy(Piece piece, long pieceBit, long count, Span<byte> destination, long targetBit)
    {
        long sourceBit = piece.BitOffset + pieceBit;
        long firstByte = sourceBit / 8;
        int bytes = (int)(((sourceBit % 8) + count + 7) / 8);
        byte[] read = new byte[bytes];
        if (piece.Source.Read(firstByte, read) is { } missing)
        {
            return missing;
        }

        for (long i = 0; i < count; i++)
        {
            long from = (sourceBit % 8) + i;
            long to = targetBit + i;
            if (((read[from / 8] >> (int)(from % 8)) & 1) != 0)
            {
                destination[(int)(to / 8)] |= (byte)(1 << (int)(to % 8));
            }
        }

        return null;
    }
}
