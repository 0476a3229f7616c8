// ElfMemory: physical memory stored as the segments of an ELF file.
using System.Runtime.CompilerServices;
using VaQuest.Binary;
using VaQuest.Dumps.PageCache;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Elf;

/// <summary>Reads physical memory from an index of segments. Pages may be assembled from several of them.</summary>
internal sealed class ElfMemory : IPhysicalMemory, IPageInventory
{
    /// <summary>Granule of the cache; it is not the kernel's page size, and need not be.</summary>
    private const int CachedBytes = 4096;

    private readonly DumpSource _source;
    private readonly PieceIndex _pieces;
    private readonly CachedPages _cache;

    public ElfMemory(DumpSource source, PieceIndex pieces, int pageSize, int cacheBytes)
    {
        _source = source;
        _pieces = pieces;
        _cache = new CachedPages(CachedBytes, cacheBytes);
        PageSize = pageSize;
    }

    public int PageSize { get; }

    public Pfn EndPfn => new(_pieces.Count == 0 ? 0 : ((_pieces[_pieces.Count - 1].End - 1) / (ulong)PageSize) + 1);

    public ReadOutcome Read(PhysAddr address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address.Value + (ulong)done);
            if (at < address.Value)
            {
                return Stop(ReadStatus.NotInDump, done, at, destination);
            }

            int found = _pieces.Find(at);
            if (found < 0)
            {
                return Stop(ReadStatus.NotInDump, done, at, destination);
            }

            StoredPiece piece = _pieces[found];
            if (piece.Kind != PieceKind.Present)
            {
                return Stop(piece.Kind == PieceKind.Excluded ? ReadStatus.Excluded : ReadStatus.Truncated, done, at, destination);
            }

            int count = (int)Math.Min((ulong)(destination.Length - done), piece.End - at);
            int read = ReadPiece(piece, at, destination.Slice(done, count));
            if (read < count)
            {
                bool hasFailed = read == DumpSource.Failed;
                done += Math.Max(0, read);
                return Stop(
                    hasFailed ? ReadStatus.IoError : ReadStatus.Truncated, done, unchecked(address.Value + (ulong)done), destination);
            }

            done += count;
        }

        return ReadOutcome.Success(done);
    }

    public PageState StateOf(Pfn pfn)
    {
        if (pfn >= EndPfn)
        {
            return PageState.Hole;
        }

        ulong at = pfn.Value * (ulong)PageSize;
        ulong end = at > ulong.MaxValue - (ulong)PageSize ? ulong.MaxValue : at + (ulong)PageSize;
        PageState worst = PageState.Present;
        bool isAnyThere = false;
        while (at < end)
        {
            int found = _pieces.Find(at);
            if (found < 0)
            {
                // Bytes without RAM at the edge of a segment do not make the page absent.
                at = ~found < _pieces.Count ? _pieces[~found].Start : end;
                continue;
            }

            isAnyThere = true;
            worst = _pieces[found].Kind switch
            {
                PieceKind.Excluded when worst == PageState.Present => PageState.Excluded,
                PieceKind.Lost => PageState.Lost,
                _ => worst,
            };
            at = _pieces[found].End;
        }

        return isAnyThere ? worst : PageState.Hole;
    }

    public Pfn EndOfLoss(Pfn lost)
    {
        int found = lost < EndPfn ? _pieces.Find(lost.Value * (ulong)PageSize) : -1;
        bool isLost = found >= 0 && _pieces[found].Kind == PieceKind.Lost;
        return new Pfn(Math.Max(lost.Value + 1, isLost ? _pieces[found].End / (ulong)PageSize : 0));
    }

    public long? OffsetOf(Pfn pfn)
    {
        int found = pfn < EndPfn ? _pieces.Find(pfn.Value * (ulong)PageSize) : -1;
        return found >= 0 && _pieces[found].Kind == PieceKind.Present ? PositionOf(_pieces[found], pfn.Value * (ulong)PageSize) : null;
    }

    public IEnumerable<PhysicalRange> EnumeratePresent() => Enumerate(static piece => piece.Kind != PieceKind.Excluded);

    public IEnumerable<PhysicalRange> EnumerateRam() => Enumerate(static _ => true);

    private static ReadOutcome Stop(ReadStatus status, int done, ulong at, Span<byte> destination)
    {
        destination[done..].Clear();
        return new ReadOutcome(status, done, at);
    }

    private IEnumerable<PhysicalRange> Enumerate(Func<StoredPiece, bool> isWanted)
    {
        ulong start = 0;
        ulong end = 0;
        for (int i = 0; i < _pieces.Count; i++)
        {
            StoredPiece piece = _pieces[i];
            if (!isWanted(piece))
            {
                continue;
            }

            if (piece.Start != end || end == start)
            {
                if (end > start)
                {
                    yield return new PhysicalRange(new PhysAddr(start), end - start);
                }

                start = piece.Start;
            }

            end = piece.End;
        }

        if (end > start)
        {
            yield return new PhysicalRange(new PhysAddr(start), end - start);
        }
    }

    /// <summary>Small reads go through the cache when the whole granule is in one segment; large ones go to the file at once.</summary>
    [SkipLocalsInit]
    private int ReadPiece(StoredPiece piece, ulong at, Span<byte> destination)
    {
        ulong granule = at & ~(ulong)(CachedBytes - 1);
        int offset = (int)(at - granule);
        bool isCached = destination.Length <= CachedBytes - offset
            && granule >= piece.Start && piece.End - granule >= CachedBytes;
        if (!isCached || _source.IsDirect)
        {
            return _source.Read(PositionOf(piece, at), destination);
        }

        ulong key = granule / CachedBytes;
        if (_cache.TryRead(key, offset, destination))
        {
            return destination.Length;
        }

        if (destination.Length == CachedBytes)
        {
            int whole = _source.Read(PositionOf(piece, at), destination);
            if (whole == CachedBytes)
            {
                _cache.Store(key, destination);
            }

            return whole;
        }

        Span<byte> bytes = stackalloc byte[CachedBytes];
        int count = _source.Read(PositionOf(piece, granule), bytes);
        if (count < CachedBytes)
        {
            return _source.Read(PositionOf(piece, at), destination);
        }

        _cache.Store(key, bytes);
        bytes.Slice(offset, destination.Length).CopyTo(destination);
        return destination.Length;
    }

    private static long PositionOf(StoredPiece piece, ulong at) => piece.Position + (long)(at - piece.Start);
}
