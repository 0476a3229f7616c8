// LkcdMemory: physical memory of an LKCD dump.
using System.Numerics;
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Formats.Lkcd.Wire;
using VaQuest.Dumps.PageCache;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Lkcd;

/// <summary>Reads pages through the index; the header offsets of recently used runs are kept.</summary>
internal sealed class LkcdMemory : PagedMemory
{
    /// <summary>Runs whose headers are kept: 1024 of them cover 256 MB of ordered pages with half a megabyte.</summary>
    private const int CachedRuns = 1024;

    /// <summary>A damaged dump may miss any page below this: 16 TB, more than any machine of LKCD's time had.</summary>
    private const ulong PlausibleEnd = 1ul << 44;

    private readonly LkcdIndex _index;
    private readonly LkcdHeader _header;
    private readonly ulong _addressBase;
    private readonly bool _isCut;
    private readonly Walked?[] _walked = new Walked?[CachedRuns];

    public LkcdMemory(DumpSource source, LkcdIndex index, LkcdHeader header, ulong addressBase, bool isCut, int cacheBytes)
        : base(source, (int)header.PageSize, cacheBytes)
    {
        _index = index;
        _header = header;
        _addressBase = addressBase;
        _isCut = isCut;
    }

    public override Pfn EndPfn => new(_index.EndPfn);

    public override PageState StateOf(Pfn pfn) =>
        _index.Find(pfn.Value) >= 0 ? PageState.Present : StatusOfAbsent(pfn.Value) == ReadStatus.Truncated ? PageState.Lost : PageState.Hole;

    public override IEnumerable<PhysicalRange> EnumeratePresent()
    {
        foreach ((ulong first, ulong count) in _index.EnumerateStretches())
        {
            yield return new PhysicalRange(new PhysAddr(first * (ulong)PageSize), count * (ulong)PageSize);
        }
    }

    /// <summary>The dump does not say what was RAM: what it holds was.</summary>
    public override IEnumerable<PhysicalRange> EnumerateRam() => EnumeratePresent();

    protected override ReadStatus LoadPage(ulong pfn, Span<byte> page, PageCodec codec)
    {
        int run = _index.Find(pfn);
        if (run < 0)
        {
            return StatusOfAbsent(pfn);
        }

        Walked? walked = Walk(run);
        if (walked is null)
        {
            return ReadStatus.IoError;
        }

        int number = _index.HeadersBefore(run, pfn);
        return number < walked.Offsets.Length ? Load(pfn, walked.Offsets[number], page, codec) : ReadStatus.Truncated;
    }

    /// <summary>Which pages a complete dump leaves out, and whether they were RAM, is written nowhere.</summary>
    private ReadStatus StatusOfAbsent(ulong pfn) =>
        _isCut && pfn < PlausibleEnd / (ulong)PageSize ? ReadStatus.Truncated : ReadStatus.NotInDump;

    private ReadStatus Load(ulong pfn, long headerAt, Span<byte> page, PageCodec codec)
    {
        int most = LkcdPageHeader.Bytes + PageSize + LkcdScan.CompressedSlack;
        byte[] buffer = codec.NeedCompressed(most);
        int read = Source.Read(headerAt, buffer.AsSpan(0, most));
        if (read < LkcdPageHeader.Bytes)
        {
            return read == DumpSource.Failed ? ReadStatus.IoError : ReadStatus.Truncated;
        }

        // The file may have changed since the scan: what is read now is checked again.
        LkcdPageHeader header = LkcdPageHeader.Read(buffer, _header.IsBigEndian);
        if (!header.IsSound(PageSize, LkcdScan.CompressedSlack)
            || LkcdScan.PfnOf(header, _addressBase, BitOperations.Log2((uint)PageSize)) != pfn)
        {
            return ReadStatus.Corrupt;
        }

        if (read < LkcdPageHeader.Bytes + header.Size)
        {
            return ReadStatus.Truncated;
        }

        if (header.IsRaw)
        {
            page.Clear();
            buffer.AsSpan(LkcdPageHeader.Bytes, (int)header.Size).CopyTo(page);
            return ReadStatus.Ok;
        }

        switch (_header.Compression)
        {
            case LkcdHeader.CompressRunLength:
                bool isSound = RlePage.TryDecompress(buffer.AsSpan(LkcdPageHeader.Bytes, (int)header.Size), page);
                return isSound ? ReadStatus.Ok : ReadStatus.Corrupt;
            case LkcdHeader.CompressGzip:
                return codec.Decompress(CompressionMethod.Zlib, buffer, LkcdPageHeader.Bytes, (int)header.Size, page);
            default:
                return _header.Compression == LkcdHeader.CompressNone ? ReadStatus.Corrupt : ReadStatus.Unsupported;
        }
    }

    /// <summary>The offsets of a run's headers; null when the system failed to read. Immutable, so that threads may share them.</summary>
    private Walked? Walk(int run)
    {
        ref Walked? slot = ref _walked[run % CachedRuns];
        Walked? walked = Volatile.Read(ref slot);
        if (walked is not null && walked.Run == run)
        {
            return walked;
        }

        int count = BitOperations.PopCount(_index.MaskOf(run));
        long[] offsets = new long[count];
        Span<byte> bytes = stackalloc byte[LkcdPageHeader.Bytes];
        long at = _index.OffsetOf(run);
        int known = 0;
        while (known < count)
        {
            int read = Source.Read(at, bytes);
            if (read == DumpSource.Failed)
            {
                return null;
            }

            LkcdPageHeader header = read < bytes.Length ? default : LkcdPageHeader.Read(bytes, _header.IsBigEndian);
            if (!header.IsSound(PageSize, LkcdScan.CompressedSlack))
            {
                break;
            }

            if (!header.IsTestPattern)
            {
                offsets[known++] = at;
            }

            at += LkcdPageHeader.Bytes + header.Size;
        }

        walked = new Walked(run, offsets[..known]);
        Volatile.Write(ref slot, walked);
        return walked;
    }

    private sealed record Walked(int Run, long[] Offsets);
}
