// DamageList: collects pages that cannot be read into ranges.
using VaQuest.Binary;

namespace VaQuest.Dumps.Verification;

/// <summary>Pages are added in ascending order; neighbours with the same reason become one range.</summary>
internal sealed class DamageList(IPageInventory pages)
{
    /// <summary>Ranges kept: a dump with more holes than this is told by numbers.</summary>
    private const int MaxRanges = 1 << 16;

    private readonly List<DamagedRange> _ranges = [];
    private ulong _nextPfn;

    public IReadOnlyList<DamagedRange> Ranges => _ranges;

    /// <summary>Pages that are in no range because there are too many ranges.</summary>
    public ulong PagesNotListed { get; private set; }

    public void Add(ulong pfn, ReadStatus status, ulong count = 1)
    {
        bool isNext = _ranges.Count > 0 && _nextPfn == pfn && _ranges[^1].Status == status;
        if (isNext)
        {
            _ranges[^1] = _ranges[^1] with { Pages = _ranges[^1].Pages + count };
        }
        else if (_ranges.Count == MaxRanges)
        {
            PagesNotListed += count;
            return;
        }
        else
        {
            _ranges.Add(new DamagedRange(new PhysAddr(unchecked(pfn * (ulong)pages.PageSize)), count, status, pages.OffsetOf(new Pfn(pfn))));
        }

        _nextPfn = pfn + count;
    }
}
