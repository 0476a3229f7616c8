// StackReader: the stacks that a report or a user asks for, with inlined frames and source lines.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>Chooses and expands stacks. Safe for concurrent use.</summary>
internal sealed class StackReader(OpenedDump opened)
{
    /// <summary>CPUs whose stacks the report shows; a machine may have hundreds, and `vaquest bt` shows any.</summary>
    public const int MaxReportedCpus = 64;

    /// <summary>The panic stack first, then those of the other CPUs.</summary>
    public IReadOnlyList<StackTrace> ReadActive(CancellationToken cancellation)
    {
        int? panicCpu = opened.Kernel.Stacks.PanicCpu;
        List<int> cpus = [.. opened.Kernel.Cpus.Possible.Where(cpu => IsWorthShowing(cpu, panicCpu)).Take(MaxReportedCpus)];
        if (panicCpu is { } first)
        {
            cpus.Remove(first);
            cpus.Insert(0, first);
        }

        var stacks = new StackTrace[cpus.Count];
        Parallel.For(0, cpus.Count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            stacks[i] = Expand(opened.Kernel.Stacks.UnwindCpu(cpus[i])));
        return stacks;
    }

    /// <summary>Stacks as asked for. Throws <see cref="DumpFormatException"/> when the CPU or task is not in the dump.</summary>
    public IReadOnlyList<StackTrace> Read(StackSelection selection, CancellationToken cancellation)
    {
        if (selection.Cpu is { } cpu)
        {
            return opened.Kernel.Cpus.Possible.Contains(cpu) ? [Expand(opened.Kernel.Stacks.UnwindCpu(cpu))] : throw NoSuch(
                FormattableString.Invariant($"there is no CPU {cpu}: the kernel knows CPUs {opened.Kernel.Cpus.Possible[0]} to {opened.Kernel.Cpus.Possible[^1]}"));
        }

        if (selection.Pid is not null || selection.All)
        {
            return ReadTasks(selection.Pid, cancellation);
        }

        return opened.Kernel.Stacks.PanicStack is { } panic ? [Expand(panic)] : throw NoSuch(
            "no CPU is known to have crashed, so there is no panic stack; ask for one with --cpu, --pid or --all");
    }

    public StackTrace Expand(StackTrace stack) => opened.Kernel.Stacks.Expand(stack, opened.DebugFiles.FindLookup);

    private StackTrace[] ReadTasks(int? pid, CancellationToken cancellation)
    {
        List<KernelTask> tasks = [.. opened.Kernel.Tasks.All.Where(task => pid is null || task.Pid == pid)];
        if (tasks.Count == 0)
        {
            string reason = opened.Kernel.Tasks.Missing is { } missing ? $"the tasks could not be read: {missing}"
                : FormattableString.Invariant($"there is no task with PID {pid}; see vaquest ps");
            throw NoSuch(reason);
        }

        var stacks = new StackTrace[tasks.Count];
        Parallel.For(0, tasks.Count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            stacks[i] = Expand(opened.Kernel.Stacks.Unwind(tasks[i])));
        return stacks;
    }

    // A CPU that never ran has neither registers nor a task; a CPU taken offline by the panic has both.
    private bool IsWorthShowing(int cpu, int? panicCpu) =>
        cpu == panicCpu || opened.Kernel.Registers.ContainsKey(cpu) || opened.Kernel.Tasks.FindOnCpu(cpu) is not null;

    private DumpFormatException NoSuch(string reason) => new(FormatError.BadValue, $"{DumpText.Escape(opened.Dump.Path)}: {reason}");
}
