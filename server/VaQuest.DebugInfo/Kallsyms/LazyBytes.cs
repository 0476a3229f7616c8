// LazyBytes: a table in the crashed kernel's memory, fetched page by page as it is touched.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Kallsyms;

/// <summary>
/// A window of memory of known length. Pages are read once, on first use; a missing page throws <see cref="DumpFormatException"/> when touched and
/// only then. Safe for concurrent readers: two threads may fetch the same page; each fetches it for itself and publishes it whole, because a
/// page that is being decompressed holds anything.
/// </summary>
internal sealed class LazyBytes
{
    private const int PageShift = 12;

    private const int PageSize = 1 << PageShift;

    private readonly ulong _address;
    private readonly byte[] _bytes;
    private readonly bool[] _present;
    private readonly MemoryReader _read;

    /// <param name="address">Run-time address of the first byte.</param>
    /// <param name="length">Bytes; the caller has bounded it.</param>
    /// <param name="read">Reads the kernel's memory.</param>
    public LazyBytes(ulong address, int length, MemoryReader read)
    {
        _address = address;
        _bytes = new byte[length];
        _present = new bool[(length >> PageShift) + 2];
        _read = read;
    }

    public int Length => _bytes.Length;

    public ReadOnlySpan<byte> Span(int offset, int length)
    {
        if (offset < 0 || length < 0 || length > _bytes.Length - offset)
        {
            throw new DumpFormatException(FormatError.BadValue, FormattableString.Invariant($"kallsyms refers to byte {offset} of a table of {_bytes.Length} bytes"));
        }

        if (length > 0)
        {
            Fetch(offset, length);
        }

        return _bytes.AsSpan(offset, length);
    }

    /// <summary>The bytes from an offset on, as many as there are up to <paramref name="most"/>.</summary>
    public ReadOnlySpan<byte> UpTo(int offset, int most) => Span(offset, Math.Min(most, Math.Max(0, _bytes.Length - offset)));

    /// <summary>Chunks follow the pages of the memory, not of this table, so that one missing page spoils no other.</summary>
    private void Fetch(int offset, int length)
    {
        Span<byte> fetched = stackalloc byte[PageSize];
        int skew = (int)(_address & (PageSize - 1));
        int first = (offset + skew) >> PageShift;
        int last = (offset + length - 1 + skew) >> PageShift;
        for (int page = first; page <= last; page++)
        {
            if (Volatile.Read(ref _present[page]))
            {
                continue;
            }

            int start = Math.Max(0, (page << PageShift) - skew);
            int end = Math.Min(_bytes.Length, ((page + 1) << PageShift) - skew);
            Span<byte> part = fetched[..(end - start)];
            if (!_read(_address + (ulong)start, part))
            {
                throw new DumpFormatException(FormatError.Truncated, FormattableString.Invariant($"the kallsyms page at 0x{_address + (ulong)start:x} is not in the dump"));
            }

            part.CopyTo(_bytes.AsSpan(start));
            Volatile.Write(ref _present[page], true);
        }
    }
}
