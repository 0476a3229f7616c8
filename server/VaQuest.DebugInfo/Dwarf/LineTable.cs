// LineTable: the rows of one unit's line program.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>Rows grouped in sequences, found by address. Immutable; safe for concurrent callers.</summary>
internal sealed class LineTable
{
    public static readonly LineTable Empty = new(AddressIntervals.Empty, [], [], null);

    private readonly AddressIntervals _sequences;
    private readonly int[] _firstRows;
    private readonly LineRow[] _rows;
    private readonly LineFiles? _files;

    public LineTable(AddressIntervals sequences, int[] firstRows, LineRow[] rows, LineFiles? files)
    {
        _sequences = sequences;
        _firstRows = firstRows;
        _rows = rows;
        _files = files;
    }

    public int RowCount => _rows.Length;

    /// <summary>The folded path of a file of this program; null when there is none of that number.</summary>
    public string? FileName(int number) => _files?.PathOf(number);

    /// <summary>The row that covers an address: the last one at or before it in the sequence that holds it.</summary>
    public bool TryFind(ulong address, out LineRow row)
    {
        row = default;
        int found = _sequences.Find(address);
        if (found < 0)
        {
            return false;
        }

        int sequence = _sequences.Value(found);
        ulong delta = address - _sequences.Low(found);
        int low = _firstRows[sequence];
        int high = sequence + 1 < _firstRows.Length ? _firstRows[sequence + 1] : _rows.Length;
        int first = low;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_rows[middle].Delta <= delta)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low == first)
        {
            return false;
        }

        row = _rows[low - 1];
        return true;
    }

    /// <summary>Told of a row: its line and file; the rows come in no order.</summary>
    public delegate void RowVisitor(in LineRow row);

    /// <summary>Goes through the rows of a range of addresses.</summary>
    public void Visit(ulong low, ulong high, RowVisitor visitor)
    {
        for (int i = 0; i < _firstRows.Length && i < _sequences.Count; i++)
        {
            if (_sequences.Low(i) >= high || _sequences.High(i) <= low)
            {
                continue;
            }

            int sequence = _sequences.Value(i);
            int end = sequence + 1 < _firstRows.Length ? _firstRows[sequence + 1] : _rows.Length;
            for (int row = _firstRows[sequence]; row < end; row++)
            {
                ulong address = _sequences.Low(i) + _rows[row].Delta;
                if (address >= low && address < high)
                {
                    visitor(_rows[row]);
                }
            }
        }
    }

    public static LineTable Read(DwarfSections sections, long offset, int addressSize, string compilationDirectory)
    {
        var program = new LineProgram(sections, offset, addressSize, compilationDirectory);
        return program.Run();
    }
}
