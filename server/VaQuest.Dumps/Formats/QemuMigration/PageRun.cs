// PageRun: neighbouring pages of a migration stream that are stored alike.
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.QemuMigration;

/// <summary>Pages from <see cref="Start"/> on, each <see cref="Stride"/> bytes behind the one before in the file.</summary>
internal sealed class PageRun(PhysAddr start, PageRunKind kind, long position, int bytes, byte fill)
{
    public PhysAddr Start => start;

    public PageRunKind Kind => kind;

    /// <summary>Offset of the first page's bytes in the file.</summary>
    public long Position => position;

    /// <summary>Bytes stored for each page.</summary>
    public int Bytes => bytes;

    public byte Fill => fill;

    public int Stride { get; private set; }

    public int Count { get; private set; } = 1;

    /// <summary>Takes one more page when it continues the run.</summary>
    public bool TryExtend(PhysAddr address, PageRunKind ofKind, long at, byte ofFill, int pageSize)
    {
        if (ofKind != kind || kind is PageRunKind.Zlib || Count == int.MaxValue || address != start + ((ulong)Count * (ulong)pageSize))
        {
            return false;
        }

        if (kind == PageRunKind.Filled)
        {
            Count += ofFill == fill ? 1 : 0;
            return ofFill == fill;
        }

        if (Count == 1 && kind == PageRunKind.Stored && at - position is > 0 and < 1 << 16 and var stride)
        {
            Stride = (int)stride;
        }

        bool isNext = kind == PageRunKind.Difference || at == position + ((long)Count * Stride);
        Count += isNext ? 1 : 0;
        return isNext;
    }
}
