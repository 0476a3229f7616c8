// AbsentReasons: why cells of a table are absent, told once below it.
namespace VaQuest.Diagnosis.Browse;

/// <summary>
/// A reason is a clause: in a column it would push everything else aside. Cells are marked "?" instead, or "?1", "?2" where there are several
/// reasons, and a legend tells them. Short reasons stay where they are, and JSON has all.
/// </summary>
internal sealed class AbsentReasons
{
    /// <summary>A reason of so many characters fits into a column.</summary>
    private const int ShortReason = 12;

    /// <summary>Reasons that have a number of their own; damage can have any number.</summary>
    private const int MaxReasons = 9;

    private readonly List<string> _reasons = [];
    private readonly List<int> _counts = [];
    private int _others;

    public AbsentReasons(Table table)
    {
        foreach (Cell cell in table.Rows.SelectMany(row => row.Where((_, i) => table.Columns[i].Heading.Length > 0)).Where(IsMarked))
        {
            Count(ReasonOf(cell));
        }
    }

    /// <summary>Lines below the table.</summary>
    public IEnumerable<string> Legend
    {
        get
        {
            for (int i = 0; i < _reasons.Count; i++)
            {
                yield return FormattableString.Invariant($"{Mark(i)} {_reasons[i]}{(_counts[i] == 1 ? "" : $" ({_counts[i]} values)")}");
            }

            if (_others > 0)
            {
                yield return FormattableString.Invariant($"? {_others} values are missing for other reasons");
            }
        }
    }

    /// <summary>What stands in the place of an absent value; null when the cell itself does.</summary>
    public string? MarkOf(Cell cell) => !IsMarked(cell) ? null : _reasons.IndexOf(ReasonOf(cell)) is >= 0 and var place ? Mark(place) : "?";

    private static bool IsMarked(Cell cell) => cell is { Kind: CellKind.Absent, IsQuiet: false } && cell.Text.Length > ShortReason;

    // "page excluded from the dump at 0x…": the place is another one in every row.
    private static string ReasonOf(Cell cell) =>
        cell.Text.IndexOf(" at 0x", StringComparison.Ordinal) is > 0 and var place ? cell.Text[..place] : cell.Text;

    private string Mark(int place) => _reasons.Count == 1 && _others == 0 ? "?" : FormattableString.Invariant($"?{place + 1}");

    private void Count(string reason)
    {
        int place = _reasons.IndexOf(reason);
        if (place >= 0)
        {
            _counts[place]++;
        }
        else if (_reasons.Count < MaxReasons)
        {
            _reasons.Add(reason);
            _counts.Add(1);
        }
        else
        {
            _others++;
        }
    }
}
