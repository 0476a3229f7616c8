// TreePage: the processes as a tree.
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest tree DUMP [PID]`: parents above children, threads counted.</summary>
internal static class TreePage
{
    /// <summary>Deeper descendants are at this column: text stays readable, and a chain of a thousand shells is no tree for eyes.</summary>
    private const int MaxIndent = 60;

    private static readonly Column[] s_columns =
    [
        new("pid", "PID", true), new("ppid", "PARENT", true), new("depth", ""), new("state", "ST"), new("threads", "THREADS", true), new("residentBytes", "RSS", true),
        new("task", "TASK"), new("comm", "COMM"),
    ];

    public static PageSource Source { get; } = new("tree", "Print the processes as a tree, all or those below one.", "PID", false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        TaskList tasks = PageArguments.Tasks(context);
        List<KernelTask> leaders = [.. tasks.All.Where(task => task.Tgid is null || task.Pid == task.Tgid)];
        Dictionary<int, int> threads = tasks.All.GroupBy(task => task.Tgid ?? task.Pid).ToDictionary(group => group.Key, group => group.Count());
        ILookup<int, KernelTask> children = leaders.Where(task => task.Pid != 0 && task.ParentPid is not null).ToLookup(task => task.ParentPid!.Value);

        // What has no parent here, the idle tasks among them, begins a tree of its own.
        var known = leaders.Select(task => task.Pid).ToHashSet();
        IEnumerable<KernelTask> roots = argument is null
            ? leaders.Where(task => task.Pid == 0 || task.ParentPid is not { } parent || !known.Contains(parent))
            : PageArguments.TasksOf(context, argument);

        var rows = new List<IReadOnlyList<Cell>>(leaders.Count);
        var seen = new HashSet<ulong>();
        var open = new Stack<(KernelTask Task, int Depth)>(roots.Reverse().Select(task => (task, 0)));
        bool isFirstIdle = true;
        while (open.TryPop(out (KernelTask Task, int Depth) next))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!seen.Add(next.Task.Address.Value))
            {
                continue;
            }

            rows.Add(RowOf(next.Task, next.Depth, next.Task.Pid == 0 ? 1 : threads.GetValueOrDefault(next.Task.Tgid ?? next.Task.Pid, 1)));

            // All idle tasks have PID 0; their children are shown once.
            if (next.Task.Pid == 0 && !isFirstIdle)
            {
                continue;
            }

            isFirstIdle &= next.Task.Pid != 0;
            foreach (KernelTask child in children[next.Task.Pid].Reverse())
            {
                open.Push((child, next.Depth + 1));
            }
        }

        var notes = new List<string>(tasks.Warnings);
        int missed = argument is null ? leaders.Count(task => !seen.Contains(task.Address.Value)) : 0;
        if (missed > 0)
        {
            // Parents that are each other's children: only damage makes that.
            rows.AddRange(leaders.Where(task => seen.Add(task.Address.Value)).Select(task => (IReadOnlyList<Cell>)RowOf(task, 0, threads.GetValueOrDefault(task.Pid, 1))));
            notes.Add(FormattableString.Invariant($"the parents of {missed} processes run in a circle; they stand at the end"));
        }

        return new Page("tree", "Processes", [new Table("processes", "Processes", s_columns, rows) { Notes = notes }]);
    }

    private static Cell[] RowOf(KernelTask task, int depth, int threads) =>
    [
        Cell.Of((long)task.Pid),
        Cell.Of(task.ParentPid, "it could not be read"),
        Cell.Of((long)depth),
        Cell.Of(task.State),
        Cell.Of((long)threads),
        task.ResidentBytes is { } bytes ? Cell.Bytes(bytes, "") : Cell.None("it has no memory of its own"),
        Cell.Address(task.Address, "", "struct task_struct"),
        Cell.Task(task.Comm, task.Pid, task.Address).Indented(Math.Min(depth * 2, MaxIndent)),
    ];
}
