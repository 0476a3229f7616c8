// LkcdIndex: where the pages of an LKCD dump are, in 24 bytes for every 64 pages that lie in order.
using System.Numerics;

namespace VaQuest.Dumps.Formats.Lkcd;

/// <summary>
/// An LKCD dump has no table of pages. One scan over the page headers leaves a run for each stretch of ascending pages of one group of
/// 64: the group, the file offset of the stretch's first header, and a bit for each page in it. The way from there to a page is over the
/// headers between. Immutable after <see cref="Seal"/>.
/// </summary>
internal sealed class LkcdIndex
{
    /// <summary>Pages of a group: as many as a mask has bits.</summary>
    public const int GroupPages = 64;

    private ulong[] _groups = new ulong[256];
    private long[] _offsets = new long[256];
    private ulong[] _masks = new ulong[256];
    private ulong _lastPfn;

    /// <summary>Runs: equal to the groups when the pages lie in order.</summary>
    public int RunCount { get; private set; }

    /// <summary>Pages, those counted twice that are in the dump twice.</summary>
    public long PageCount { get; private set; }

    /// <summary>Pages that are in the dump more than once; the first is used.</summary>
    public long DuplicateCount { get; private set; }

    /// <summary>First page frame number above all pages.</summary>
    public ulong EndPfn { get; private set; }

    /// <summary>Adds the next page of the file. While scanning only.</summary>
    /// <param name="pfn">Page frame number.</param>
    /// <param name="headerAt">Offset of its header in the file.</param>
    public void Add(ulong pfn, long headerAt)
    {
        ulong group = pfn / GroupPages;
        int last = RunCount - 1;
        if (last < 0 || _groups[last] != group || pfn <= _lastPfn)
        {
            Grow();
            last = RunCount++;
            _groups[last] = group;
            _offsets[last] = headerAt;
            _masks[last] = 0;
        }

        _masks[last] |= 1ul << (int)(pfn % GroupPages);
        _lastPfn = pfn;
        PageCount++;
        EndPfn = Math.Max(EndPfn, pfn + 1);
    }

    /// <summary>Sorts the runs, those of one group in the order of the file: the first that has a page is used.</summary>
    public void Seal()
    {
        Array.Resize(ref _groups, RunCount);
        Array.Resize(ref _offsets, RunCount);
        Array.Resize(ref _masks, RunCount);
        if (!IsSorted())
        {
            int[] order = new int[RunCount];
            for (int i = 0; i < order.Length; i++)
            {
                order[i] = i;
            }

            Array.Sort(order, Compare);
            ulong[] groups = _groups;
            long[] offsets = _offsets;
            ulong[] masks = _masks;
            _groups = Array.ConvertAll(order, i => groups[i]);
            _offsets = Array.ConvertAll(order, i => offsets[i]);
            _masks = Array.ConvertAll(order, i => masks[i]);
        }

        CountDuplicates();
    }

    /// <summary>The run that holds a page, or -1; the bits of the run below the page tell how many headers are before its own.</summary>
    public int Find(ulong pfn)
    {
        ulong group = pfn / GroupPages;
        ulong bit = 1ul << (int)(pfn % GroupPages);
        for (int i = FirstOf(group); i < RunCount && _groups[i] == group; i++)
        {
            if ((_masks[i] & bit) != 0)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>File offset of a run's first header.</summary>
    public long OffsetOf(int run) => _offsets[run];

    /// <summary>Which pages of its group a run has.</summary>
    public ulong MaskOf(int run) => _masks[run];

    /// <summary>First page of a run's group.</summary>
    public ulong FirstPfnOf(int run) => _groups[run] * GroupPages;

    /// <summary>How many of a run's headers come before that of a page it has.</summary>
    public int HeadersBefore(int run, ulong pfn) => BitOperations.PopCount(_masks[run] & ((1ul << (int)(pfn % GroupPages)) - 1));

    /// <summary>Stretches of pages in ascending order, neighbours joined.</summary>
    public IEnumerable<(ulong First, ulong Count)> EnumerateStretches()
    {
        ulong first = 0;
        ulong end = 0;
        for (int i = 0; i < RunCount;)
        {
            ulong mask = 0;
            ulong start = FirstPfnOf(i);
            for (ulong group = _groups[i]; i < RunCount && _groups[i] == group; i++)
            {
                mask |= _masks[i];
            }

            for (int bit = 0; bit < GroupPages;)
            {
                ulong rest = mask >> bit;
                if (rest == 0)
                {
                    break;
                }

                bit += BitOperations.TrailingZeroCount(rest);
                int count = Math.Min(GroupPages - bit, BitOperations.TrailingZeroCount(~(mask >> bit)));
                if (start + (ulong)bit != end && end > first)
                {
                    yield return (first, end - first);
                }

                first = start + (ulong)bit == end && end > first ? first : start + (ulong)bit;
                end = start + (ulong)(bit + count);
                bit += count;
            }
        }

        if (end > first)
        {
            yield return (first, end - first);
        }
    }

    private int FirstOf(ulong group)
    {
        int low = 0;
        int high = RunCount;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = _groups[middle] < group ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private bool IsSorted()
    {
        for (int i = 1; i < RunCount; i++)
        {
            if (_groups[i] < _groups[i - 1])
            {
                return false;
            }
        }

        return true;
    }

    private int Compare(int left, int right)
    {
        int byGroup = _groups[left].CompareTo(_groups[right]);
        return byGroup != 0 ? byGroup : left.CompareTo(right);
    }

    private void CountDuplicates()
    {
        ulong seen = 0;
        for (int i = 0; i < RunCount; i++)
        {
            seen = i > 0 && _groups[i] == _groups[i - 1] ? seen : 0;
            DuplicateCount += BitOperations.PopCount(seen & _masks[i]);
            seen |= _masks[i];
        }
    }

    private void Grow()
    {
        if (RunCount == _groups.Length)
        {
            Array.Resize(ref _groups, 2 * RunCount);
            Array.Resize(ref _offsets, 2 * RunCount);
            Array.Resize(ref _masks, 2 * RunCount);
        }
    }
}
