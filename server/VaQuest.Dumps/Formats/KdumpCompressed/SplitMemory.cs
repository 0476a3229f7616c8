// SplitMemory: physical memory spread over the files of a split dump.
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>Sends each read to the member that holds the page. Pages that no member holds are told by the bitmaps, which all members share.</summary>
internal sealed class SplitMemory : IPhysicalMemory, IPageInventory, IDisposable
{
    private readonly KdumpMemory[] _members;

    /// <summary>First physical address of each member, and the first after it.</summary>
    private readonly (ulong Start, ulong End)[] _ranges;

    /// <param name="members">Each member's memory, in page order, ranges not overlapping; at least one.</param>
    /// <param name="ranges">Physical addresses of each member.</param>
    public SplitMemory(KdumpMemory[] members, (ulong Start, ulong End)[] ranges)
    {
        _members = members;
        _ranges = ranges;
    }

    public int PageSize => _members[0].PageSize;

    public Pfn EndPfn => _members[0].EndPfn;

    public ReadOutcome Read(PhysAddr address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address.Value + (ulong)done);
            if (at < address.Value)
            {
                destination[done..].Clear();
                return new ReadOutcome(ReadStatus.NotInDump, done, at);
            }

            // Outside every member any of them tells why the page is absent.
            int member = Find(at);
            int left = destination.Length - done;
            int count = member < 0 ? left : (int)Math.Min((ulong)left, _ranges[member].End - at);
            ReadOutcome outcome = _members[Math.Max(0, member)].Read(new PhysAddr(at), destination.Slice(done, count));
            done += outcome.BytesRead;
            if (!outcome.IsOk)
            {
                destination[done..].Clear();
                return new ReadOutcome(outcome.Status, done, outcome.FaultAddress);
            }
        }

        return ReadOutcome.Success(done);
    }

    public PageState StateOf(Pfn pfn)
    {
        int member = pfn.Value > ulong.MaxValue / (ulong)PageSize ? -1 : Find(pfn.Value * (ulong)PageSize);
        return _members[Math.Max(0, member)].StateOf(pfn);
    }

    public IEnumerable<PhysicalRange> EnumeratePresent()
    {
        PhysicalRange? open = null;
        foreach (KdumpMemory member in _members)
        {
            foreach (PhysicalRange range in member.EnumeratePresent())
            {
                if (open is { } before && before.Start + before.Length == range.Start)
                {
                    open = before with { Length = before.Length + range.Length };
                    continue;
                }

                if (open is { } finished)
                {
                    yield return finished;
                }

                open = range;
            }
        }

        if (open is { } last)
        {
            yield return last;
        }
    }

    public IEnumerable<PhysicalRange> EnumerateRam() => _members[0].EnumerateRam();

    public void Dispose()
    {
        foreach (KdumpMemory member in _members)
        {
            member.Dispose();
        }
    }

    private int Find(ulong address)
    {
        for (int i = 0; i < _ranges.Length; i++)
        {
            if (address >= _ranges[i].Start && address < _ranges[i].End)
            {
                return i;
            }
        }

        return -1;
    }
}
