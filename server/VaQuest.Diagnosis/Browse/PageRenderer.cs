// PageRenderer: a page as annotated text.
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Browse;

/// <summary>Aligns tables by their widest cells; each table is a section, each cell with a target a span.</summary>
public static class PageRenderer
{
    /// <summary>A wider cell does not push the columns behind it apart for all rows.</summary>
    private const int MaxWidth = 48;

    /// <summary>A path or a list of flags may be long, but a line must stay readable.</summary>
    private const int MaxText = 400;

    /// <summary>The line, from 0, of the first row of a page that is one table: behind the title, an empty line and the headings.</summary>
    public const int FirstRowLine = 3;

    public static AnnotatedText Render(Page page)
    {
        var text = new AnnotatedTextBuilder();
        text.Write(DumpText.Escape(page.Title), SpanKind.Heading).EndLine();
        foreach (Table table in page.Tables)
        {
            text.EndLine();
            RenderTable(text, table, page.Tables.Count > 1 || table.IsRecord);
        }

        text.AddSection(DumpText.Escape(page.Title), "", SectionKind.Report, 0, 0);
        return text.Build();
    }

    private static void RenderTable(AnnotatedTextBuilder text, Table table, bool hasTitle)
    {
        int first = text.Line;
        if (hasTitle)
        {
            text.Write(DumpText.Escape(table.Title), SpanKind.Heading).EndLine();
        }

        if (table.IsRecord)
        {
            RenderRecord(text, table);
        }
        else
        {
            RenderRows(text, table);
        }

        foreach (string note in table.Notes)
        {
            text.Write("  ").Write("note: " + DumpText.Escape(note), SpanKind.Absent).EndLine();
        }

        text.AddSection(DumpText.Escape(table.Title), table.IsRecord ? "" : Words.Count(table.Rows.Count, "row"), SectionKind.Values, first, 1);
    }

    private static void RenderRecord(AnnotatedTextBuilder text, Table table)
    {
        int width = table.Columns.Max(column => (int?)column.Heading.Length) ?? 0;
        for (int i = 0; i < table.Columns.Count; i++)
        {
            if (table.Columns[i].Heading.Length > 0)
            {
                text.Write("  ").Write(table.Columns[i].Heading, SpanKind.Label).Pad(width + 4);
                WriteCell(text, table.Rows[0][i]);
                text.EndLine();
            }
        }
    }

    private static void RenderRows(AnnotatedTextBuilder text, Table table)
    {
        if (table.Rows.Count == 0)
        {
            text.WriteLine("  none");
            return;
        }

        var reasons = new AbsentReasons(table);
        int[] widths = WidthsOf(table, reasons);
        text.Write("  ");
        int start = text.Column;
        WriteHeadings(text, table, widths, start);
        foreach (IReadOnlyList<Cell> row in table.Rows)
        {
            text.Write("  ");
            int column = start;
            for (int i = 0; i < row.Count; i++)
            {
                if (table.Columns[i].Heading.Length > 0)
                {
                    WriteAligned(text, row[i], table.Columns[i].IsRight, column, widths[i], reasons);
                    column += widths[i] + 2;
                }
            }

            text.EndLine();
        }

        foreach (string reason in reasons.Legend)
        {
            text.Write("  ").Write(DumpText.Escape(reason), SpanKind.Absent).EndLine();
        }
    }

    private static void WriteHeadings(AnnotatedTextBuilder text, Table table, int[] widths, int start)
    {
        int column = start;
        for (int i = 0; i < table.Columns.Count; i++)
        {
            string heading = table.Columns[i].Heading;
            if (heading.Length > 0)
            {
                Indent(text, table.Columns[i].IsRight ? column + widths[i] - heading.Length : column);
                text.Write(heading, SpanKind.Heading);
                column += widths[i] + 2;
            }
        }

        text.EndLine();
    }

    private static void WriteAligned(AnnotatedTextBuilder text, Cell cell, bool isRight, int column, int width, AbsentReasons reasons)
    {
        string? mark = reasons.MarkOf(cell);
        int length = (mark ?? TextOf(cell)).Length;
        Indent(text, isRight && length < width ? column + width - length : column);
        if (mark is not null)
        {
            text.Write(mark, SpanKind.Absent);
        }
        else
        {
            WriteCell(text, cell);
        }
    }

    private static void Indent(AnnotatedTextBuilder text, int column) => text.Write(new string(' ', Math.Max(text.Column > 2 ? 2 : 0, column - text.Column)));

    private static void WriteCell(AnnotatedTextBuilder text, Cell cell)
    {
        text.Write(new string(' ', cell.Indent));
        if (cell.Kind == CellKind.Absent)
        {
            text.Write(TextOf(cell), SpanKind.Absent);
        }
        else if (cell.Kind == CellKind.List && cell.Items.Any(item => item.Target is not null))
        {
            for (int i = 0; i < cell.Items.Count; i++)
            {
                text.Write(i == 0 ? "" : ", ");
                WriteCell(text, cell.Items[i]);
            }
        }
        else if (cell.Span is { } kind)
        {
            text.Write(TextOf(cell), kind, cell.Target);
        }
        else
        {
            text.Write(TextOf(cell));
        }
    }

    private static string TextOf(Cell cell) => cell.IsQuiet ? "" : cell.Kind == CellKind.Absent
        ? $"({DumpText.Escape(cell.Text)})"
        : DumpText.Shorten(DumpText.Escape(cell.Text), MaxText);

    private static int[] WidthsOf(Table table, AbsentReasons reasons)
    {
        var widths = new int[table.Columns.Count];
        for (int i = 0; i < widths.Length; i++)
        {
            widths[i] = table.Columns[i].Heading.Length;
            foreach (IReadOnlyList<Cell> row in table.Rows)
            {
                widths[i] = Math.Max(widths[i], Math.Min(MaxWidth, (reasons.MarkOf(row[i]) ?? TextOf(row[i])).Length + row[i].Indent));
            }
        }

        return widths;
    }
}
