// TaskPage: everything about one task.
using VaQuest.Diagnosis.Browse.Pages.Tasks;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest task DUMP PID`: the tables of <see cref="Tasks"/>, the open files and the memory map. PID 0 shows the first CPU's idle task.</summary>
internal static class TaskPage
{
    public static PageSource Source { get; } = new(
        "task",
        "Print a task: state, times, relatives, identity, namespaces, signals, files, memory map, stack, locks, limits, control groups.",
        "PID",
        true,
        Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        KernelTask task = PageArguments.TasksOf(context, argument!)[0];
        var reader = new TaskDetailReader(context.Kernel.Objects);
        TaskDetails details = reader.Read(task.Address);
        cancellation.ThrowIfCancellationRequested();
        return new Page("task", FormattableString.Invariant($"Task {task.Pid} {task.Comm}"),
        [
            TaskRecord.Of(context, task, details),
            TaskRecord.TimesOf(details),
            TaskStackTable.Of(context, task),
            TaskLocks.Of(context, task, cancellation),
            TaskRelatives.ThreadsOf(context, task),
            TaskRelatives.ChildrenOf(context, details),
            TaskIdentity.CredentialsOf(reader.ReadCredentials(task.Address)),
            TaskIdentity.NamespacesOf(reader.ReadNamespaces(task.Address)),
            TaskSignals.SetsOf(context, task),
            TaskSignals.ActionsOf(context, task),
            FilesPage.TableOf(context, [task], cancellation),
            MapsPage.TableOf(context, task),
            TaskIdentity.LimitsOf(reader.ReadLimits(task.Address)),
            TaskIdentity.CgroupsOf(context, task),
        ]);
    }
}
