// CmdlinePage: the kernel's command line.
namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest cmdline`: what /proc/cmdline would have shown, and its parameters one by one.</summary>
internal static class CmdlinePage
{
    /// <summary>COMMAND_LINE_SIZE is 2048 to 4096, so there are no more.</summary>
    private const int MaxParameters = 2048;

    private static readonly Column[] s_columns = [new("name", "parameter"), new("value", "value")];

    public static PageSource Source { get; } = new("cmdline", "The kernel's command line.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        string? line = context.Kernel.Facts.CommandLine;
        return new Page("cmdline", "Command line of the kernel", [
            Table.Record("cmdline", "Command line", ("text", "text", Cell.Of(line, "saved_command_line cannot be read"))),
            new Table("parameters", "Parameters", s_columns, [.. Split(line ?? "").Take(MaxParameters).Select(word => (IReadOnlyList<Cell>)
            [
                Cell.Of(word.Split('=', 2)[0]), word.Contains('=', StringComparison.Ordinal) ? Cell.Of(word.Split('=', 2)[1]) : Cells.None,
            ])]),
        ]);
    }

    /// <summary>Words between blanks; blanks inside of double quotes belong to the word (lib/cmdline.c, next_arg).</summary>
    private static IEnumerable<string> Split(string line)
    {
        var word = new System.Text.StringBuilder();
        bool isQuoted = false;
        foreach (char c in line + " ")
        {
            isQuoted ^= c == '"';
            if (c != ' ' || isQuoted)
            {
                word.Append(c);
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }
    }
}
