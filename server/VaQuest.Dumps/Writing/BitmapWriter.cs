// BitmapWriter: writes a page bitmap whose bits are set in ascending order.
using Microsoft.Win32.SafeHandles;

namespace VaQuest.Dumps.Writing;

/// <summary>
/// The bitmap has <c>length</c> bytes from <c>start</c>. Keeps one piece of the bitmap in memory. Pieces without a bit are not written: the file has a hole there, which reads as zeros.
/// </summary>
internal sealed class BitmapWriter(SafeFileHandle file, long start, long length)
{
    private const int PieceBytes = 64 << 10;
    private const ulong PieceBits = PieceBytes * 8;

    private readonly byte[] _piece = new byte[PieceBytes];
    private ulong _number;
    private bool _isDirty;

    /// <summary>Sets bits from <paramref name="first"/>, which is not below any bit set before by more than the current piece.</summary>
    public void Set(ulong first, ulong count)
    {
        for (ulong bit = first; bit < first + count;)
        {
            MoveTo(bit / PieceBits);
            int at = (int)(bit % PieceBits);
            if ((at & 7) == 0 && first + count - bit >= 8)
            {
                int whole = (int)Math.Min((first + count - bit) / 8, (ulong)(PieceBytes - (at / 8)));
                _piece.AsSpan(at / 8, whole).Fill(0xff);
                bit += (ulong)whole * 8;
            }
            else
            {
                _piece[at / 8] |= (byte)(1 << (at & 7));
                bit++;
            }

            _isDirty = true;
        }
    }

    public void Flush()
    {
        if (_isDirty)
        {
            long at = (long)(_number * PieceBytes);
            RandomAccess.Write(file, _piece.AsSpan(0, (int)Math.Min(PieceBytes, length - at)), start + at);
            _piece.AsSpan().Clear();
            _isDirty = false;
        }
    }

    private void MoveTo(ulong number)
    {
        if (number != _number)
        {
            Flush();
            _number = number;
        }
    }
}
