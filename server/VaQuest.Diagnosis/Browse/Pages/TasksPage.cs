// TasksPage: the tasks by state.
using VaQuest.Diagnosis.Browse.Pages.Tasks;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest tasks DUMP [STATE]`: how many tasks are in each state, and the tasks of one, or of all that do not just sleep.</summary>
internal static class TasksPage
{
    public static PageSource Source { get; } = new(
        "tasks", "Count the tasks by state; with a state (R, D, S, …) print those, else those that neither sleep nor idle.", "STATE", false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        TaskList tasks = PageArguments.Tasks(context);
        if (argument is not null && !TaskStates.Order.Contains(argument))
        {
            throw PageArguments.Fail(context, $"\"{argument}\" is no state: write one of {string.Join(", ", TaskStates.Order)}");
        }

        Dictionary<string, int> counts = tasks.All.GroupBy(task => task.State).ToDictionary(group => group.Key, group => group.Count());
        var states = new Table(
            "states",
            "Tasks by state",
            [new("state", "ST"), new("count", "TASKS", true), new("meaning", "MEANING")],
            [
                .. TaskStates.Order.Where(counts.ContainsKey).Concat(counts.Keys.Except(TaskStates.Order)).Select(state => (IReadOnlyList<Cell>)
                [
                    Cell.Link(state, $"tasks/{state}"), Cell.Of((long)counts[state]), Cell.Of(TaskStates.Describe(state)),
                ]),
            ]);
        bool IsListed(KernelTask task) => argument is null ? task.State is not ("S" or "I") : task.State == argument;
        string title = argument is null ? "Tasks that neither sleep nor idle" : $"Tasks in state {argument}: {TaskStates.Describe(argument)}";
        return new Page("tasks", "Tasks", [CountsOf(tasks), states, TableOf(title, tasks.All.Where(IsListed)) with { Notes = tasks.Warnings }]);
    }

    private static Table CountsOf(TaskList tasks) => Table.Record(
        "counts",
        "Counts",
        ("tasks", "tasks", Cell.Of((long)tasks.All.Count)),
        ("processes", "processes", Cell.Of((long)tasks.All.Count(task => !task.IsKernelThread && task.Pid == task.Tgid))),
        ("threads", "threads in them", Cell.Of((long)tasks.All.Count(task => !task.IsKernelThread))),
        ("kernelThreads", "kernel threads", Cell.Of((long)tasks.All.Count(task => task.IsKernelThread))),
        ("running", "on a CPU", Cell.Of((long)tasks.All.Count(task => task.IsOnCpu))));

    private static Table TableOf(string title, IEnumerable<KernelTask> tasks) => new(
        "tasks",
        title,
        [
            new("pid", "PID", true), new("tgid", "PROCESS", true), new("ppid", "PARENT", true), new("cpu", "CPU", true), new("state", "ST"), new("onCpu", "RUNNING"),
            new("task", "TASK"), new("comm", "COMM"),
        ],
        [
            .. tasks.Select(task => (IReadOnlyList<Cell>)
            [
                Cell.Of((long)task.Pid),
                Cell.Of(task.Tgid, "it could not be read"),
                Cell.Of(task.ParentPid, "it could not be read"),
                Cell.Of(task.Cpu, "?"),
                Cell.Of(task.State),
                Cell.Mark(task.IsOnCpu, "running"),
                Cell.Address(task.Address, "", "struct task_struct"),
                Cell.Task(task.Comm, task.Pid, task.Address),
            ]),
        ]);
}
