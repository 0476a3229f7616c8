// TaskRelatives: the threads of a task's process, and its children.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages.Tasks;

/// <summary>Tables whose rows are tasks.</summary>
internal static class TaskRelatives
{
    private static readonly Column[] s_columns =
    [
        new("pid", "PID", true), new("state", "ST"), new("cpu", "CPU", true), new("onCpu", "RUNNING"), new("task", "TASK"), new("comm", "COMM"),
    ];

    public static Table ThreadsOf(PageContext context, KernelTask task)
    {
        IEnumerable<KernelTask> threads = task.Tgid is { } process and not 0
            ? context.Kernel.Tasks.All.Where(other => other.Tgid == process)
            : [task];
        return new Table("threads", "Threads of the process", s_columns, [.. threads.Select(RowOf)]);
    }

    public static Table ChildrenOf(PageContext context, TaskDetails details)
    {
        var rows = new List<IReadOnlyList<Cell>>();
        var notes = new List<string>();
        if (details.Children.Damage is { } damage)
        {
            notes.Add("not all children are known: " + damage);
        }

        foreach (VirtAddr child in details.Children.Items.Select(item => item.Address))
        {
            if (context.Kernel.Tasks.FindByAddress(child) is { } known)
            {
                rows.Add(RowOf(known));
            }
            else
            {
                notes.Add(FormattableString.Invariant($"the child at {child} is not in the list of tasks"));
            }
        }

        return new Table("children", "Children", s_columns, rows) { Notes = notes };
    }

    /// <summary>"1 init", which leads to that task's page.</summary>
    public static Cell Link(PageContext context, MemberValue task)
    {
        if (task.Pointer is not { } address)
        {
            return Cell.Absent(task.PointerReason);
        }

        return context.Kernel.Tasks.FindByAddress(address) is { } known
            ? Cell.List([Cell.Of((long)known.Pid), Cell.Task(known.Comm, known.Pid, known.Address)])
            : Cell.Address(address, "", "struct task_struct");
    }

    public static Cell[] RowOf(KernelTask task) =>
    [
        Cell.Of((long)task.Pid),
        Cell.Of(task.State),
        Cell.Of(task.Cpu, "?"),
        Cell.Mark(task.IsOnCpu, "running"),
        Cell.Address(task.Address, "", "struct task_struct"),
        Cell.Task(task.Comm, task.Pid, task.Address),
    ];
}
