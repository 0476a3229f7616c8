// SadumpMemory: memory of an sadump: the pages of a bitmap, one behind the other.
using VaQuest.Binary;
using VaQuest.Dumps.Formats.KdumpCompressed;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Sadump;

/// <summary>A page's place in the file is the number of dumped pages below it. Nothing is compressed.</summary>
internal sealed class SadumpMemory(DumpSource source, PageBitmap ram, PageBitmap dumped, long dataAt, int pageSize) : IPhysicalMemory, IPageInventory
{
    public int PageSize => pageSize;

    public Pfn EndPfn => new(ram.BitCount);

    public ReadOutcome Read(PhysAddr address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address.Value + (ulong)done);
            int inPage = (int)(at % (ulong)pageSize);
            Span<byte> part = destination.Slice(done, Math.Min(destination.Length - done, pageSize - inPage));
            ReadStatus status = at < address.Value ? ReadStatus.NotInDump : ReadPage(at / (ulong)pageSize, inPage, part, ref done);
            if (status != ReadStatus.Ok)
            {
                destination[done..].Clear();
                return new ReadOutcome(status, done, unchecked(address.Value + (ulong)done));
            }
        }

        return ReadOutcome.Success(done);
    }

    public PageState StateOf(Pfn pfn) => !ram.IsSet(pfn.Value) && !dumped.IsSet(pfn.Value)
        ? pfn.Value < ram.BitCount && (pfn.Value >= ram.KnownBits || pfn.Value >= dumped.KnownBits) ? PageState.Lost : PageState.Hole
        : dumped.IsSet(pfn.Value) ? (PositionOf(pfn.Value) + pageSize > source.Length ? PageState.Lost : PageState.Present)
        : pfn.Value >= dumped.KnownBits ? PageState.Lost : PageState.Excluded;

    public IEnumerable<PhysicalRange> EnumeratePresent() => Enumerate(dumped);

    public IEnumerable<PhysicalRange> EnumerateRam() => Enumerate(ram);

    private IEnumerable<PhysicalRange> Enumerate(PageBitmap bitmap)
    {
        for (ulong first = bitmap.NextSet(0); first < bitmap.BitCount;)
        {
            ulong end = bitmap.NextClear(first);
            yield return new PhysicalRange(new PhysAddr(first * (ulong)pageSize), (end - first) * (ulong)pageSize);
            first = bitmap.NextSet(end);
        }
    }

    private long PositionOf(ulong pfn) => dataAt + (dumped.Rank(pfn) * pageSize);

    private ReadStatus ReadPage(ulong pfn, int inPage, Span<byte> destination, ref int done)
    {
        PageState state = StateOf(new Pfn(pfn));
        if (state is PageState.Hole or PageState.Excluded)
        {
            return state == PageState.Hole ? ReadStatus.NotInDump : ReadStatus.Excluded;
        }

        if (!dumped.IsSet(pfn))
        {
            return ReadStatus.Truncated;
        }

        int read = source.Read(PositionOf(pfn) + inPage, destination);
        done += Math.Max(0, read);
        return read == DumpSource.Failed ? ReadStatus.IoError : read < destination.Length ? ReadStatus.Truncated : ReadStatus.Ok;
    }
}
