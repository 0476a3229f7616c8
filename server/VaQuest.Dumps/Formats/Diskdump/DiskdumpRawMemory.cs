// DiskdumpRawMemory: pages of a diskdump as the kernel wrote them: one block each, in order, without a table.
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Formats.KdumpCompressed;
using VaQuest.Dumps.PageCache;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Diskdump;

/// <summary>The n-th block of the data is the n-th page of the bitmap.</summary>
internal sealed class DiskdumpRawMemory : PagedMemory
{
    private readonly PageBitmap _dumped;
    private readonly PageBitmap _ram;
    private readonly long _dataAt;
    private readonly long _written;
    private readonly bool _isPartition;
    private readonly bool _isBigEndian;

    /// <param name="source">The dump.</param>
    /// <param name="place">Where it begins: in a partition, blocks that were never written have a mark.</param>
    /// <param name="layout">Its headers.</param>
    /// <param name="dumped">Pages in the dump.</param>
    /// <param name="ram">Pages that are RAM.</param>
    /// <param name="written">Pages that the header says were written.</param>
    /// <param name="cacheBytes">Memory for the page cache in bytes.</param>
    public DiskdumpRawMemory(
        DumpSource source, DiskdumpPlace place, KdumpLayout layout, PageBitmap dumped, PageBitmap ram, long written, int cacheBytes)
        : base(source, layout.Header.BlockSize, cacheBytes)
    {
        _dumped = dumped;
        _ram = ram;
        _dataAt = layout.DescriptorsAt;
        _written = written;
        _isPartition = place.IsPartition;
        _isBigEndian = layout.Header.Order.IsBigEndian;
    }

    public override Pfn EndPfn => new(_dumped.BitCount);

    /// <summary>Pages of the dump whose blocks are in the file and were written.</summary>
    public long PagesThere => Math.Min(_written, Math.Max(0, Source.Length - _dataAt) / PageSize);

    public override PageState StateOf(Pfn pfn) => StatusOf(pfn.Value) switch
    {
        ReadStatus.Ok => PageState.Present,
        ReadStatus.Excluded => PageState.Excluded,
        ReadStatus.Truncated => PageState.Lost,
        _ => PageState.Hole,
    };

    public override IEnumerable<PhysicalRange> EnumeratePresent() => Enumerate(_dumped);

    public override IEnumerable<PhysicalRange> EnumerateRam() => Enumerate(_ram);

    protected override ReadStatus LoadPage(ulong pfn, Span<byte> page, PageCodec codec)
    {
        ReadStatus status = StatusOf(pfn);
        if (status != ReadStatus.Ok)
        {
            return status;
        }

        long at = _dataAt + (_dumped.Rank(pfn) * PageSize);
        int count = Source.Read(at, page);
        if (count < page.Length)
        {
            return count == DumpSource.Failed ? ReadStatus.IoError : ReadStatus.Truncated;
        }

        bool isUnwritten = _isPartition && DiskdumpPartition.IsFormatted(page, unchecked((uint)(at / PageSize)), _isBigEndian);
        return isUnwritten ? ReadStatus.Truncated : ReadStatus.Ok;
    }

    private ReadStatus StatusOf(ulong pfn)
    {
        if (pfn >= _dumped.BitCount)
        {
            return ReadStatus.NotInDump;
        }

        if (pfn >= _dumped.KnownBits)
        {
            return ReadStatus.Truncated;
        }

        if (!_dumped.IsSet(pfn))
        {
            return _ram.IsSet(pfn) ? ReadStatus.Excluded : ReadStatus.NotInDump;
        }

        return _dumped.Rank(pfn) < PagesThere ? ReadStatus.Ok : ReadStatus.Truncated;
    }

    private IEnumerable<PhysicalRange> Enumerate(PageBitmap bitmap)
    {
        ulong size = (ulong)PageSize;
        for (ulong first = bitmap.NextSet(0); first < bitmap.BitCount;)
        {
            ulong end = bitmap.NextClear(first);
            yield return new PhysicalRange(new PhysAddr(first * size), (end - first) * size);
            first = bitmap.NextSet(end);
        }
    }
}
