// KdumpMemory: physical memory stored as compressed pages.
using System.Numerics;
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.PageCache;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>
/// Reads physical memory from a kdump-compressed dump. Parts of pages go through the page cache; whole pages are decompressed straight
/// to where the caller wants them, and neighbours in the file are read together.
/// </summary>
internal sealed class KdumpMemory : IPhysicalMemory, IPageInventory, IDisposable
{
    /// <summary>Most stored bytes read ahead for a request of many pages.</summary>
    private const int MaxReadAhead = 256 << 10;

    private readonly DumpSource _source;
    private readonly KdumpPages _pages;
    private readonly CachedPages _cache;
    private readonly PageCodecPool _codecs = new();
    private readonly int _shift;
    private readonly ulong _basePfn;

    /// <summary>Offset of the raw page of zeros that all zero pages share, or -1 until it was seen.</summary>
    private long _zeroPageAt = -1;

    /// <param name="source">The dump.</param>
    /// <param name="pages">Its bitmaps and descriptors.</param>
    /// <param name="pageSize">Page size in bytes.</param>
    /// <param name="basePfn">Page frame number of bit 0 of the bitmaps; not 0 on 32-bit ARM only.</param>
    /// <param name="cacheBytes">Memory for the page cache in bytes.</param>
    public KdumpMemory(DumpSource source, KdumpPages pages, int pageSize, ulong basePfn, int cacheBytes)
    {
        _source = source;
        _pages = pages;
        _basePfn = basePfn;
        _shift = BitOperations.Log2((uint)pageSize);
        _cache = new CachedPages(pageSize, cacheBytes);
        PageSize = pageSize;
    }

    public int PageSize { get; }

    public Pfn EndPfn => new(_pages.MaxMapnr + _basePfn);

    public ReadOutcome Read(PhysAddr address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address.Value + (ulong)done);
            ulong pfn = at >> _shift;
            if (at < address.Value || pfn < _basePfn)
            {
                return Stop(ReadStatus.NotInDump, done, at, destination);
            }

            int offset = (int)(at & ((ulong)PageSize - 1));
            int left = destination.Length - done;
            ReadStatus status;
            int count;
            if (offset == 0 && left >= 2 * PageSize)
            {
                status = ReadPages(pfn - _basePfn, destination.Slice(done, left & -PageSize), out count);
            }
            else
            {
                count = Math.Min(PageSize - offset, left);
                status = ReadPart(pfn - _basePfn, offset, destination.Slice(done, count));
                count = status == ReadStatus.Ok ? count : 0;
            }

            done += count;
            if (status != ReadStatus.Ok)
            {
                return Stop(status, done, unchecked(address.Value + (ulong)done), destination);
            }
        }

        return ReadOutcome.Success(done);
    }

    public PageState StateOf(Pfn pfn) => pfn.Value < _basePfn ? PageState.Hole : _pages.StateOf(pfn.Value - _basePfn);

    public long? OffsetOf(Pfn pfn) => pfn.Value < _basePfn ? null : _pages.OffsetOf(pfn.Value - _basePfn);

    public IEnumerable<PhysicalRange> EnumeratePresent() => Enumerate(_pages.Dumped, _pages.Start, _pages.End);

    public IEnumerable<PhysicalRange> EnumerateRam() => Enumerate(_pages.Ram, 0, _pages.MaxMapnr);

    public void Dispose()
    {
        _source.Dispose();
        _codecs.Dispose();
    }

    private static ReadOutcome Stop(ReadStatus status, int done, ulong at, Span<byte> destination)
    {
        destination[done..].Clear();
        return new ReadOutcome(status, done, at);
    }

    private IEnumerable<PhysicalRange> Enumerate(PageBitmap bitmap, ulong start, ulong end)
    {
        ulong first = bitmap.NextSet(start);
        while (first < end)
        {
            ulong last = Math.Min(end, bitmap.NextClear(first));
            yield return new PhysicalRange(new PhysAddr((first + _basePfn) << _shift), (last - first) << _shift);
            first = bitmap.NextSet(last);
        }
    }

    /// <summary>Reads part of a page, or one whole page, through the cache.</summary>
    private ReadStatus ReadPart(ulong page, int offset, Span<byte> destination)
    {
        if (_cache.TryRead(page, offset, destination))
        {
            return ReadStatus.Ok;
        }

        ReadStatus status = _pages.Find(page, out PageDescriptor descriptor);
        if (status != ReadStatus.Ok)
        {
            return status;
        }

        PageCodec codec = _codecs.Rent();
        try
        {
            bool isWhole = destination.Length == PageSize;
            Span<byte> bytes = isWhole ? destination : codec.NeedPage(PageSize);
            var stored = new StoredBytes(_source, codec);
            status = Decode(descriptor, stored, (int)descriptor.Size, bytes);
            if (status == ReadStatus.Ok)
            {
                _cache.Store(page, bytes);
                if (!isWhole)
                {
                    bytes.Slice(offset, destination.Length).CopyTo(destination);
                }
            }

            return status;
        }
        finally
        {
            _codecs.Return(codec);
        }
    }

    /// <summary>Reads whole pages up to the first that is missing; <paramref name="count"/> is the bytes read.</summary>
    private ReadStatus ReadPages(ulong first, Span<byte> destination, out int count)
    {
        PageCodec codec = _codecs.Rent();
        try
        {
            var stored = new StoredBytes(_source, codec);
            count = 0;
            for (ulong page = first; count < destination.Length; page++, count += PageSize)
            {
                ReadStatus status = _pages.Find(page, out PageDescriptor descriptor);
                if (status == ReadStatus.Ok)
                {
                    int ahead = stored.Contains(descriptor) ? 0 : ReadAhead(page, descriptor, (destination.Length - count) >> _shift);
                    status = Decode(descriptor, stored, ahead, destination.Slice(count, PageSize));
                }

                if (status != ReadStatus.Ok)
                {
                    return status;
                }
            }

            return ReadStatus.Ok;
        }
        finally
        {
            _codecs.Return(codec);
        }
    }

    /// <summary>
    /// Stored bytes worth reading at once from a page on: its own and those of the wanted pages that follow it in the file without a gap.
    /// Pages stored elsewhere, such as the shared zero page, are passed over.
    /// </summary>
    private int ReadAhead(ulong page, in PageDescriptor descriptor, int wantedPages)
    {
        long end = descriptor.Offset + descriptor.Size;
        for (int i = 1; i < wantedPages && end - descriptor.Offset < MaxReadAhead; i++)
        {
            if (_pages.Find(page + (ulong)i, out PageDescriptor next) != ReadStatus.Ok)
            {
                break;
            }

            end = next.Offset == end ? end + next.Size : end;
        }

        return (int)(end - descriptor.Offset);
    }

    private ReadStatus Decode(in PageDescriptor descriptor, StoredBytes stored, int ahead, Span<byte> page)
    {
        bool isRaw = descriptor.Method == CompressionMethod.None;
        if (isRaw && descriptor.Offset == Volatile.Read(ref _zeroPageAt))
        {
            page.Clear();
            return ReadStatus.Ok;
        }

        ReadStatus status = stored.Find(descriptor, ahead, out int start);
        if (status != ReadStatus.Ok)
        {
            return status;
        }

        if (!isRaw)
        {
            return stored.Codec.Decompress(descriptor.Method, stored.Codec.Compressed, start, (int)descriptor.Size, page);
        }

        stored.Codec.Compressed.AsSpan(start, page.Length).CopyTo(page);
        if (page[0] == 0 && page.IndexOfAnyExcept((byte)0) < 0)
        {
            Volatile.Write(ref _zeroPageAt, descriptor.Offset);
        }

        return ReadStatus.Ok;
    }
}
