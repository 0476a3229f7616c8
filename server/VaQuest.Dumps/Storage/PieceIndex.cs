// PieceIndex: finds where an address is stored, when what is stored may overlap.
namespace VaQuest.Dumps.Storage;

/// <summary>An immutable, sorted, non-overlapping index of <see cref="StoredPiece"/>s; built in O(n log n), searched in O(log n).</summary>
internal sealed class PieceIndex
{
    private readonly StoredPiece[] _pieces;

    /// <summary>The starts of the pieces, side by side: a search touches few cache lines.</summary>
    private readonly ulong[] _starts;

    private PieceIndex(StoredPiece[] pieces)
    {
        _pieces = pieces;
        _starts = new ulong[pieces.Length];
        for (int i = 0; i < pieces.Length; i++)
        {
            _starts[i] = pieces[i].Start;
        }
    }

    public int Count => _pieces.Length;

    public StoredPiece this[int index] => _pieces[index];

    /// <summary>Sorts the pieces and cuts overlaps so that at every address the piece of the lowest rank remains.</summary>
    public static PieceIndex Build(List<StoredPiece> pieces)
    {
        List<StoredPiece> sorted = pieces.FindAll(static piece => piece.Start < piece.End);
        sorted.Sort(static (left, right) => left.Start.CompareTo(right.Start));
        return new PieceIndex(HasOverlap(sorted) ? Resolve(sorted) : sorted.ToArray());
    }

    /// <summary>The index of the piece that holds an address, or the complement of the index of the next piece above it.</summary>
    public int Find(ulong address)
    {
        int low = 0;
        int high = _starts.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_starts[middle] <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 && address < _pieces[low - 1].End ? low - 1 : ~low;
    }

    private static bool HasOverlap(List<StoredPiece> sorted)
    {
        for (int i = 1; i < sorted.Count; i++)
        {
            if (sorted[i].Start < sorted[i - 1].End)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A sweep over all edges; the set holds the pieces that have begun, by rank, ended ones dropped when they come first.</summary>
    private static StoredPiece[] Resolve(List<StoredPiece> sorted)
    {
        ulong[] edges = new ulong[2 * sorted.Count];
        for (int i = 0; i < sorted.Count; i++)
        {
            edges[2 * i] = sorted[i].Start;
            edges[(2 * i) + 1] = sorted[i].End;
        }

        Array.Sort((Array)edges);
        var begun = new SortedSet<StoredPiece>(new ByRank());
        var result = new List<StoredPiece>(sorted.Count);
        int next = 0;
        for (int i = 0; i + 1 < edges.Length; i++)
        {
            for (; next < sorted.Count && sorted[next].Start == edges[i]; next++)
            {
                begun.Add(sorted[next]);
            }

            while (begun.Min is { } ended && ended.End <= edges[i])
            {
                begun.Remove(ended);
            }

            if (edges[i] < edges[i + 1] && begun.Min is { } winner)
            {
                Append(result, winner, edges[i], edges[i + 1]);
            }
        }

        return result.ToArray();
    }

    private static void Append(List<StoredPiece> result, StoredPiece winner, ulong start, ulong end)
    {
        if (result.Count > 0 && result[^1].End == start && result[^1].Rank == winner.Rank)
        {
            result[^1] = result[^1] with { End = end };
            return;
        }

        long position = unchecked(winner.Position + (long)(start - winner.Start));
        result.Add(winner with { Start = start, End = end, Position = position });
    }

    private sealed class ByRank : IComparer<StoredPiece>
    {
        public int Compare(StoredPiece? x, StoredPiece? y) => (x?.Rank ?? long.MinValue).CompareTo(y?.Rank ?? long.MinValue);
    }
}
