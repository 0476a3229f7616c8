// FilesPage: the open files of one task, or of all.
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest files DUMP [PID]`: threads that share a table are listed once.</summary>
internal static class FilesPage
{
    /// <summary>Rows of the list of all tasks; a server with more is better asked task by task.</summary>
    private const int MaxRows = 200_000;

    private static readonly Column[] s_columns =
    [
        new("pid", "PID", true), new("comm", "COMM"), new("fd", "FD", true), new("file", "FILE"), new("mode", "MODE"), new("flags", "FLAGS"), new("flagBits", ""),
        new("position", "POS", true), new("inode", "INODE", true), new("deleted", "DELETED"), new("path", "PATH"),
    ];

    public static PageSource Source { get; } =
        new("files", "Print the open files of a task, or of all; deleted ones are marked.", "PID", false, Read);

    public static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        if (argument is not null)
        {
            KernelTask task = PageArguments.TasksOf(context, argument)[0];
            string title = FormattableString.Invariant($"Open files of {task.Pid} {task.Comm}");
            return new Page("files", title, [TableOf(context, [task], cancellation) with { Title = title }]);
        }

        return new Page("files", "Open files", [TableOf(context, PageArguments.Tasks(context).All, cancellation)]);
    }

    /// <summary>The open files of tasks as a table.</summary>
    public static Table TableOf(PageContext context, IReadOnlyList<KernelTask> tasks, CancellationToken cancellation)
    {
        var reader = new OpenFileReader(context.Kernel.Objects);
        var seen = new HashSet<ulong>();
        var rows = new List<IReadOnlyList<Cell>>();
        var notes = new List<string>();
        var paths = new PathCells();
        foreach (KernelTask task in tasks)
        {
            cancellation.ThrowIfCancellationRequested();
            if (reader.FindTable(task.Address) is { } shared && !seen.Add(shared.Value))
            {
                continue;
            }

            OpenFileTable table = reader.Read(task.Address);
            if (table.Problem is { } problem && (table.Table is not null || tasks.Count == 1))
            {
                notes.Add(FormattableString.Invariant($"PID {task.Pid} {task.Comm}: {problem}"));
            }

            foreach (OpenFile file in table.Files)
            {
                rows.Add(RowOf(task, file, paths));
            }

            if (rows.Count >= MaxRows)
            {
                notes.Add(FormattableString.Invariant($"more than {MaxRows} files are open; ask for one task's with its PID"));
                break;
            }
        }

        return new Table("files", "Open files", tasks.Count == 1 ? [s_columns[0] with { Heading = "" }, s_columns[1] with { Heading = "" }, .. s_columns[2..]] : s_columns, rows)
        {
            Notes = [.. notes, .. paths.Notes],
        };
    }

    private static Cell[] RowOf(KernelTask task, OpenFile file, PathCells paths) =>
    [
        Cell.Of((long)task.Pid),
        Cell.Task(task.Comm, task.Pid, task.Address),
        Cell.Of((long?)file.Descriptor, "it has none"),
        MemberCells.Pointer(file.Address, "", "struct file", "file"),
        MemberCells.Text(file.Mode, mode => FileModes.KindOf(mode) is null ? "anonymous" : FileModes.TextOf(mode)),
        MemberCells.Text(file.Flags, FlagText),
        MemberCells.Hex(file.Flags),
        MemberCells.Signed(file.Position),
        MemberCells.Number(file.InodeNumber),
        PathCells.Deleted(file.Path),
        paths.Of(file.Path),
    ];

    /// <summary>"RDWR|APPEND": O_LARGEFILE, which every file of a 64-bit task has, is left out.</summary>
    private static string FlagText(ulong flags) =>
        string.Join('|', FileModes.FlagsOf(flags & ~0x8000UL).Select(name => name.StartsWith("O_", StringComparison.Ordinal) ? name[2..] : name));
}
