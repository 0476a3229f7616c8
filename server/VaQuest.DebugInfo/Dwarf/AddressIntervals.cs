// AddressIntervals: finds the interval that holds an address.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// Half-open intervals with a value each, sorted by their low end. Intervals may overlap: the one that begins last wins, which is the
/// inner one of two nested. Immutable once built.
/// </summary>
internal sealed class AddressIntervals
{
    public static readonly AddressIntervals Empty = new([], [], []);

    private readonly ulong[] _lows;
    private readonly ulong[] _highs;
    private readonly int[] _values;

    // Largest high end up to each index; null when no two intervals overlap, so that only one candidate need be looked at.
    private readonly ulong[]? _reach;

    private AddressIntervals(ulong[] lows, ulong[] highs, int[] values)
    {
        _lows = lows;
        _highs = highs;
        _values = values;
        _reach = FindReach();
    }

    public int Count => _lows.Length;

    public ulong Low(int index) => _lows[index];

    public ulong High(int index) => _highs[index];

    public int Value(int index) => _values[index];

    /// <summary>Index of the interval that holds the address, or -1.</summary>
    public int Find(ulong address)
    {
        int low = 0;
        int high = _lows.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_lows[middle] <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (int i = low - 1; i >= 0; i--)
        {
            if (address < _highs[i])
            {
                return i;
            }

            if (_reach is null || _reach[i] <= address)
            {
                return -1;
            }
        }

        return -1;
    }

    private ulong[]? FindReach()
    {
        bool overlaps = false;
        for (int i = 1; i < _lows.Length && !overlaps; i++)
        {
            overlaps = _highs[i - 1] > _lows[i];
        }

        if (!overlaps)
        {
            return null;
        }

        var reach = new ulong[_lows.Length];
        ulong furthest = 0;
        for (int i = 0; i < reach.Length; i++)
        {
            furthest = Math.Max(furthest, _highs[i]);
            reach[i] = furthest;
        }

        return reach;
    }

    /// <summary>Collects intervals in any order.</summary>
    public sealed class Builder(int capacity = 64)
    {
        private readonly Growable<ulong> _lows = new(capacity);
        private readonly Growable<ulong> _highs = new(capacity);
        private readonly Growable<int> _values = new(capacity);
        private bool _isSorted = true;

        public int Count => _lows.Count;

        /// <summary>Adds [low, high); an empty or inverted one is dropped.</summary>
        public void Add(ulong low, ulong high, int value)
        {
            if (low >= high)
            {
                return;
            }

            _isSorted &= Count == 0 || _lows[Count - 1] <= low;
            _lows.Add(low);
            _highs.Add(high);
            _values.Add(value);
        }

        public AddressIntervals Build()
        {
            if (Count == 0)
            {
                return Empty;
            }

            ulong[] lows = _lows.ToArray();
            ulong[] highs = _highs.ToArray();
            int[] values = _values.ToArray();
            if (!_isSorted)
            {
                Sort(lows, highs, values);
            }

            return new AddressIntervals(lows, highs, values);
        }

        // Equal low ends keep the order in which they were added: the outer of two nested intervals comes first in debug information.
        private void Sort(ulong[] lows, ulong[] highs, int[] values)
        {
            int[] order = MergeSort.Order(lows);
            for (int i = 0; i < order.Length; i++)
            {
                lows[i] = _lows[order[i]];
                highs[i] = _highs[order[i]];
                values[i] = _values[order[i]];
            }
        }
    }
}
