// PagedMemory: physical memory of a format that gives whole pages, read through the page cache.
using System.Numerics;
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.PageCache;

/// <summary>What formats have in common whose pages are found one by one: a format says how to load a page, and which pages there are.</summary>
internal abstract class PagedMemory : IPhysicalMemory, IPageInventory, IDisposable
{
    private readonly CachedPages _cache;
    private readonly PageCodecPool _codecs = new();
    private readonly int _shift;

    protected PagedMemory(DumpSource source, int pageSize, int cacheBytes)
    {
        Source = source;
        PageSize = pageSize;
        _shift = BitOperations.Log2((uint)pageSize);
        _cache = new CachedPages(pageSize, cacheBytes);
    }

    public int PageSize { get; }

    public abstract Pfn EndPfn { get; }

    protected DumpSource Source { get; }

    public ReadOutcome Read(PhysAddr address, Span<byte> destination)
    {
        PageCodec codec = _codecs.Rent();
        try
        {
            int done = 0;
            while (done < destination.Length)
            {
                ulong at = unchecked(address.Value + (ulong)done);
                int offset = (int)(at & ((ulong)PageSize - 1));
                Span<byte> part = destination.Slice(done, Math.Min(PageSize - offset, destination.Length - done));
                ReadStatus status = at < address.Value ? ReadStatus.NotInDump : ReadPart(at >> _shift, offset, part, codec);
                if (status != ReadStatus.Ok)
                {
                    destination[done..].Clear();
                    return new ReadOutcome(status, done, at);
                }

                done += part.Length;
            }

            return ReadOutcome.Success(done);
        }
        finally
        {
            _codecs.Return(codec);
        }
    }

    public abstract PageState StateOf(Pfn pfn);

    public abstract IEnumerable<PhysicalRange> EnumeratePresent();

    public abstract IEnumerable<PhysicalRange> EnumerateRam();

    public void Dispose()
    {
        Source.Dispose();
        _codecs.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Fills one page, or says why it cannot. Called by several threads at once, each with a codec of its own.</summary>
    protected abstract ReadStatus LoadPage(ulong pfn, Span<byte> page, PageCodec codec);

    private ReadStatus ReadPart(ulong pfn, int offset, Span<byte> part, PageCodec codec)
    {
        if (_cache.TryRead(pfn, offset, part))
        {
            return ReadStatus.Ok;
        }

        bool isWhole = part.Length == PageSize;
        Span<byte> page = isWhole ? part : codec.NeedPage(PageSize);
        ReadStatus status = LoadPage(pfn, page, codec);
        if (status == ReadStatus.Ok)
        {
            _cache.Store(pfn, page);
            if (!isWhole)
            {
                page.Slice(offset, part.Length).CopyTo(part);
            }
        }

        return status;
    }
}
