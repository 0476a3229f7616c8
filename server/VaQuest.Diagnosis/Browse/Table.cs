// Table: rows of cells under columns, or one record written as "name: value" lines.
namespace VaQuest.Diagnosis.Browse;

/// <summary>A part of a page.</summary>
/// <param name="Key">Name in JSON, camelCase, stable.</param>
/// <param name="Title">Heading in text.</param>
/// <param name="Columns">The columns, in order.</param>
/// <param name="Rows">As many cells per row as there are columns.</param>
public sealed record Table(string Key, string Title, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows)
{
    /// <summary>True for a single record: one line per column in text, one object in JSON.</summary>
    public bool IsRecord { get; init; }

    /// <summary>Where and why rows are missing, one sentence each: a list that is damaged, a limit that was reached, a feature this kernel lacks.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>A single record.</summary>
    public static Table Record(string key, string title, params ReadOnlySpan<(string Key, string Heading, Cell Value)> members)
    {
        var columns = new Column[members.Length];
        var row = new Cell[members.Length];
        for (int i = 0; i < members.Length; i++)
        {
            columns[i] = new Column(members[i].Key, members[i].Heading);
            row[i] = members[i].Value;
        }

        return new Table(key, title, columns, [row]) { IsRecord = true };
    }
}
