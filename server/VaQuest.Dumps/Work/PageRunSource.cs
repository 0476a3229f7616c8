// PageRunSource: cuts the pages that a dump holds into runs, in ascending order.
using VaQuest.Binary;

namespace VaQuest.Dumps.Work;

/// <summary>Walks the ranges of an inventory; each page comes once, however many ranges touch it. For one thread.</summary>
internal sealed class PageRunSource : IDisposable
{
    private readonly IPageInventory _pages;
    private readonly IEnumerator<PhysicalRange> _ranges;
    private readonly ulong _pageSize;
    private ulong _at;
    private ulong _end;

    public PageRunSource(IPageInventory pages)
    {
        _pages = pages;
        _ranges = pages.EnumeratePresent().GetEnumerator();
        _pageSize = (ulong)pages.PageSize;
    }

    /// <summary>Loads the next run; false when there is none.</summary>
    public bool Next(PageRun run)
    {
        if (!HasMore())
        {
            return false;
        }

        ulong pfn = _at / _pageSize;
        bool isWhole = _at % _pageSize == 0 && _end - _at >= _pageSize;
        if (isWhole)
        {
            LoadWhole(run, pfn, (_end - _at) / _pageSize);
            return true;
        }

        run.LoadPartial(pfn);
        while (HasMore() && _at / _pageSize == pfn)
        {
            ulong offset = _at % _pageSize;
            ulong length = Math.Min(_pageSize - offset, _end - _at);
            run.AddPart((int)offset, (int)length);
            _at += length;
        }

        return true;
    }

    private void LoadWhole(PageRun run, ulong pfn, ulong available)
    {
        ulong count = Math.Min((ulong)run.MaxPages, available);
        ulong lost = _pages.StateOf(new Pfn(pfn)) == PageState.Lost ? _pages.EndOfLoss(new Pfn(pfn)).Value - pfn : 0;
        if (lost > count)
        {
            count = Math.Min(lost, available);
            run.LoadLost(pfn, count);
        }
        else
        {
            run.LoadWhole(pfn, (int)count);
        }

        _at += count * _pageSize;
    }

    public void Dispose() => _ranges.Dispose();

    private bool HasMore()
    {
        while (_at == _end)
        {
            if (!_ranges.MoveNext())
            {
                return false;
            }

            _at = _ranges.Current.Start.Value;
            _end = unchecked(_at + _ranges.Current.Length);
        }

        return true;
    }
}
