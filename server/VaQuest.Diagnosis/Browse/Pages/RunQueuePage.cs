// RunQueuePage: run queues with their tasks.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Kernel.Cpus;
using VaQuest.Kernel.Objects;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest runq`: what each CPU ran, and what waited for it.</summary>
internal static class RunQueuePage
{
    private static readonly Column[] s_queueColumns =
    [
        new("cpu", "CPU", IsRight: true), new("address", "struct rq"), new("current", "current"), new("pid", "PID", IsRight: true),
        new("running", "runnable", IsRight: true), new("cfs", "cfs", IsRight: true), new("rt", "rt", IsRight: true), new("dl", "dl", IsRight: true),
        new("switches", "switches", IsRight: true), new("clock", "clock ns", IsRight: true), new("loadAverage", "load", IsRight: true),
        new("utilisation", "util", IsRight: true), new("uninterruptible", "nr_uninterruptible", IsRight: true), new("ioWait", "in I/O", IsRight: true),
    ];

    private static readonly Column[] s_taskColumns =
    [
        new("cpu", "CPU", IsRight: true), new("class", "class"), new("pid", "PID", IsRight: true), new("task", "task"), new("address", "task_struct"),
        new("current", "current"), new("priority", "prio", IsRight: true), new("key", "vruntime/deadline/prio", IsRight: true),
        new("groupDepth", "groups", IsRight: true), new("waitedMilliseconds", "waited ms", IsRight: true),
    ];

    public static PageSource Source { get; } = new("runq", "Run queues: the current task of each CPU and the tasks that wait for it.", "CPU", false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var queues = new List<IReadOnlyList<Cell>>();
        var tasks = new List<IReadOnlyList<Cell>>();
        var notes = new List<string>();
        foreach (int cpu in ChooseCpus(context, argument))
        {
            cancellation.ThrowIfCancellationRequested();
            if (RunQueueReader.Read(context.Kernel, cpu, out string? missing) is not { } queue)
            {
                notes.Add(missing ?? "not known");
                continue;
            }

            queues.Add(RowOf(context, queue));
            tasks.AddRange(queue.Tasks.Select(task => RowOf(context, cpu, task)));
            notes.AddRange(queue.Notes.Select(note => FormattableString.Invariant($"CPU {cpu}: {note}")));
        }

        return new Page("runq", "Run queues at the crash", [
            new Table("queues", "Queues", s_queueColumns, queues) { Notes = [.. notes.Distinct()] },
            new Table("tasks", "Tasks on run queues", s_taskColumns, tasks),
        ]);
    }

    private static IReadOnlyList<int> ChooseCpus(PageContext context, string? argument)
    {
        if (argument is null)
        {
            return context.Kernel.Cpus.Possible;
        }

        bool isKnown = int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out int cpu) && context.Kernel.Cpus.Possible.Contains(cpu);
        return isKnown ? [cpu] : throw new DumpFormatException(
            FormatError.BadValue, $"{context.Kernel.Dump.Path}: there is no CPU {argument}; the CPUs are {string.Join(", ", context.Kernel.Cpus.Possible.Take(64))}");
    }

    private static IReadOnlyList<Cell> RowOf(PageContext context, RunQueue queue)
    {
        ObjectView view = queue.Object;
        var current = context.Kernel.Tasks.FindOnCpu(queue.Cpu);
        return
        [
            Cell.Of((long)queue.Cpu), Cell.Address(view.Address, "", "struct rq"),
            current is null ? Cells.Task(context.Kernel, view.Pointer("curr"), view.Why("curr")) : Cells.Task(current),
            Cell.Of(current?.Pid, "the current task is not known"),
            Cells.UInt(view, "nr_running"), Cells.UInt(view, "cfs.h_nr_queued", "cfs.h_nr_running"), Cells.UInt(view, "rt.rt_nr_running"),
            Cells.UInt(view, "dl.dl_nr_running"), Cells.UInt(view, "nr_switches"), Cells.UInt(view, "clock"), Cells.UInt(view, "cfs.avg.load_avg"),
            Cells.UInt(view, "cfs.avg.util_avg"), Cells.Int(view, "nr_uninterruptible"), Cells.Int(view, "nr_iowait.counter"),
        ];
    }

    private static IReadOnlyList<Cell> RowOf(PageContext context, int cpu, QueuedTask task)
    {
        var known = context.Kernel.Tasks.FindByAddress(task.Task);
        return
        [
            Cell.Of((long)cpu), Cell.Of(task.Class), Cell.Of(known?.Pid, "not in the list of tasks"), Cells.Task(context.Kernel, task.Task, ""),
            Cell.Address(task.Task, "", "struct task_struct"), Cell.Flag(task.IsCurrent), Cell.Of(task.Priority, "not in the dump"),
            Cell.Of(task.Key, "not in the dump"), Cell.Of((long)task.Depth),
            task.IsCurrent ? Cell.Absent("it runs") : Cell.Of(task.WaitedNanoseconds / 1_000_000, "the kernel did not note since when"),
        ];
    }
}
