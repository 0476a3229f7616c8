// PhysicalRangeList: a list of physical ranges.
using System.Collections;

namespace VaQuest.Dumps;

/// <summary>
/// Immutable. A type of its own, because the framework's collections of our structures are compiled at run time, which a dump that opens
/// in milliseconds would notice.
/// </summary>
internal sealed class PhysicalRangeList : IReadOnlyList<PhysicalRange>
{
    /// <summary>
    /// Ranges kept: firmware tells of a few dozen, memory blocks of 128 MiB make 2^13 of a tebibyte. A damaged bitmap has millions: the last
    /// range then reaches over the gaps to the end of all.
    /// </summary>
    private const int MaxRanges = 1 << 17;

    private readonly PhysicalRange[] _ranges = new PhysicalRange[4];

    public PhysicalRangeList(IEnumerable<PhysicalRange> ranges)
    {
        foreach (PhysicalRange range in ranges)
        {
            TotalBytes = unchecked(TotalBytes + range.Length);
            if (Count == MaxRanges)
            {
                PhysicalRange last = _ranges[Count - 1];
                _ranges[Count - 1] = last with { Length = unchecked(range.Start.Value + range.Length - last.Start.Value) };
                continue;
            }

            if (Count == _ranges.Length)
            {
                var larger = new PhysicalRange[2 * Count];
                Array.Copy(_ranges, larger, Count);
                _ranges = larger;
            }

            _ranges[Count++] = range;
        }
    }

    public int Count { get; }

    /// <summary>Sum of all lengths in bytes.</summary>
    public ulong TotalBytes { get; }

    public PhysicalRange this[int index] => index < Count ? _ranges[index] : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<PhysicalRange> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return _ranges[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
