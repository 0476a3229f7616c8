// RangeBuffer: a growing list of address ranges.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>Half-open ranges [low, high); empty and inverted ones are dropped as they come.</summary>
internal sealed class RangeBuffer
{
    // The largest range list of a kernel has some hundred entries, a unit's own a few thousand.
    private const int MaxRanges = 1 << 20;

    private readonly Growable<ulong> _lows = new();
    private readonly Growable<ulong> _highs = new();

    public int Count => _lows.Count;

    public ulong Low(int index) => _lows[index];

    public ulong High(int index) => _highs[index];

    public void Clear()
    {
        _lows.Truncate(0);
        _highs.Truncate(0);
    }

    public void Add(ulong low, ulong high)
    {
        if (low >= high)
        {
            return;
        }

        if (Count >= MaxRanges)
        {
            throw DwarfErrors.TooMany("range lists", 0, "too many ranges for one entry", MaxRanges);
        }

        _lows.Add(low);
        _highs.Add(high);
    }
}
