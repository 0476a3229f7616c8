// PageJson: a page as JSON.
using System.Globalization;
using Newtonsoft.Json;
using VaQuest.Diagnosis.Browse;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Pages;

/// <summary>
/// One member per table: an object for a record, a list of objects for rows, each member by its column's key. Where rows are missing, "notes"
/// holds {"table", "text"} objects.
/// </summary>
internal static class PageJson
{
    /// <summary>Above this a number is a decimal string: readers take JSON's numbers for doubles.</summary>
    private const long LargestNumber = 1L << 53;

    public static void Write(TextWriter writer, Page page)
    {
        using var json = new JsonOutput(writer, page.Name);
        json.Text("title", page.Title);
        foreach (Table table in page.Tables)
        {
            if (table.IsRecord)
            {
                json.Object(table.Key, () => WriteRow(json, table, table.Rows[0]));
            }
            else
            {
                json.Objects(table.Key, table.Rows, row => WriteRow(json, table, row));
            }
        }

        json.Objects("notes", page.Tables.SelectMany(table => table.Notes.Select(note => (table.Key, note))), pair =>
        {
            json.Text("table", pair.Key);
            json.Text("text", pair.note);
        });
    }

    private static void WriteRow(JsonOutput json, Table table, IReadOnlyList<Cell> row)
    {
        for (int i = 0; i < row.Count; i++)
        {
            Cell cell = row[i];
            json.Value(table.Columns[i].Key, writer => WriteCell(writer, cell));
        }
    }

    private static void WriteCell(JsonWriter writer, Cell cell)
    {
        switch (cell.Kind)
        {
            case CellKind.Absent:
                writer.WriteStartObject();
                writer.WritePropertyName("absent");
                writer.WriteValue(cell.Text);
                writer.WriteEndObject();
                break;
            case CellKind.Number:
                WriteNumber(writer, cell);
                break;
            case CellKind.Flag:
                writer.WriteValue(cell.Bits != 0);
                break;
            case CellKind.Hex or CellKind.Address:
                writer.WriteValue(Words.Hex(cell.Bits));
                break;
            case CellKind.List:
                writer.WriteStartArray();
                foreach (Cell item in cell.Items)
                {
                    WriteCell(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteValue(cell.Text);
                break;
        }
    }

    private static void WriteNumber(JsonWriter writer, Cell cell)
    {
        long signed = unchecked((long)cell.Bits);
        if (cell.IsNegative ? signed >= -LargestNumber : cell.Bits <= LargestNumber)
        {
            writer.WriteValue(signed);
        }
        else
        {
            writer.WriteValue(cell.IsNegative ? signed.ToString(CultureInfo.InvariantCulture) : cell.Bits.ToString(CultureInfo.InvariantCulture));
        }
    }
}
