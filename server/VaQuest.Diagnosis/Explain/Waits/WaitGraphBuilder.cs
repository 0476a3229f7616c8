// WaitGraphBuilder: makes the wait-for graph of a dump.
using VaQuest.Kernel;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>Chooses the tasks that are looked at, reads their waits in parallel, and puts the graph together.</summary>
internal sealed class WaitGraphBuilder(LinuxKernel kernel, WaitReader reader)
{
    /// <summary>Waits of one graph: a machine with more blocked tasks is not understood by reading them one by one.</summary>
    public const int MaxWaits = 4096;

    /// <summary>Rounds of following holders: each makes chains one task longer; longer chains than this have not been seen.</summary>
    private const int MaxRounds = 64;

    /// <summary>Builds the graph.</summary>
    /// <param name="all">True for every task that sleeps; false for those that wait for a lock, for work, for RCU, or cannot be interrupted.</param>
    /// <param name="maxWaits">How many waits are read at most.</param>
    /// <param name="cancellation">Set when nobody waits any more.</param>
    public WaitGraph Build(bool all, int maxWaits, CancellationToken cancellation) => Build(Choose(all, cancellation), maxWaits, cancellation);

    /// <summary>Builds the graph of these tasks and of who holds them up.</summary>
    public WaitGraph BuildOf(IReadOnlyList<KernelTask> tasks, int maxWaits, CancellationToken cancellation) =>
        Build([.. tasks.Select(task => (task, reader.SiteOf(task))).Where(pair => pair.Item2.Class != WaitClass.None)], maxWaits, cancellation);

    private WaitGraph Build(List<(KernelTask Task, WaitSite Site)> chosen, int maxWaits, CancellationToken cancellation)
    {
        var notes = new List<string>();
        if (chosen.Count > maxWaits)
        {
            notes.Add(FormattableString.Invariant($"{chosen.Count} tasks wait; the first {maxWaits} were looked at"));
            chosen.RemoveRange(maxWaits, chosen.Count - maxWaits);
        }

        List<TaskWait> waits = ReadAll(chosen, cancellation);
        AddHolders(waits, maxWaits, cancellation);
        for (int i = 0; i < waits.Count; i++)
        {
            waits[i] = reader.WithSpinHolders(waits[i], waits);
        }

        if (kernel.Tasks.Missing is { } missing)
        {
            notes.Add("the tasks could not be read: " + missing);
        }

        return new WaitGraph(
            waits, task => TaskActivity.Describe(task, reader.StackOf(task)), notes, task => TaskActivity.PlaceOf(task, reader.StackOf(task)));
    }

    private List<(KernelTask Task, WaitSite Site)> Choose(bool all, CancellationToken cancellation)
    {
        List<KernelTask> tasks = [.. kernel.Tasks.All.Where(task => (task.Pid != 0 || task.IsOnCpu) && task.State is not ("X" or "Z"))];
        var sites = new WaitSite[tasks.Count];
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, tasks.Count, options, i => sites[i] = reader.SiteOf(tasks[i]));
        var chosen = new List<(KernelTask, WaitSite)>();
        for (int i = 0; i < tasks.Count; i++)
        {
            if (sites[i].Class != WaitClass.None && (all || IsBlocked(tasks[i], sites[i])))
            {
                chosen.Add((tasks[i], sites[i]));
            }
        }

        return chosen;
    }

    // A task that waits for an event until a signal comes is the normal life of a process, and an idle worker that of a worker.
    private static bool IsBlocked(KernelTask task, WaitSite site) => task.State == "D"
        || site.Class is not (WaitClass.Event or WaitClass.Timer or WaitClass.Completion) || (site.Class == WaitClass.Completion && task.State != "I" && !task.IsKernelThread);

    private List<TaskWait> ReadAll(List<(KernelTask Task, WaitSite Site)> chosen, CancellationToken cancellation)
    {
        var waits = new TaskWait[chosen.Count];
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, chosen.Count, options, i => waits[i] = reader.Read(chosen[i].Task, chosen[i].Site));
        return [.. waits];
    }

    // A holder that sleeps in another way than was asked for belongs to the chain too.
    private void AddHolders(List<TaskWait> waits, int maxWaits, CancellationToken cancellation)
    {
        var known = new HashSet<ulong>(waits.Select(wait => wait.Task.Address.Value));
        for (int round = 0; round < MaxRounds; round++)
        {
            var more = new List<(KernelTask, WaitSite)>();
            foreach (WaitHolder holder in waits.SelectMany(wait => wait.Holders))
            {
                bool isNew = known.Count < maxWaits && known.Add(holder.Task.Address.Value);
                if (isNew && reader.SiteOf(holder.Task) is { Class: not (WaitClass.None or WaitClass.Timer) } site && holder.Task.State is not ("X" or "Z"))
                {
                    more.Add((holder.Task, site));
                }
            }

            if (more.Count == 0)
            {
                return;
            }

            waits.AddRange(ReadAll(more, cancellation));
        }
    }
}
