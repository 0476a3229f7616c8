// WaitGraph: who waits for whom.
using VaQuest.Binary;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>The wait-for graph of a crashed kernel. Immutable.</summary>
public sealed class WaitGraph
{
    /// <summary>Circles that are listed; a real hang has one or two.</summary>
    private const int MaxDeadlocks = 64;

    private readonly Dictionary<ulong, TaskWait> _byTask = [];
    private readonly Dictionary<ulong, List<TaskWait>> _behind = [];

    internal WaitGraph(
        IReadOnlyList<TaskWait> waits, Func<KernelTask, string> activity, IReadOnlyList<string> notes, Func<KernelTask, StackFrame?>? place = null)
    {
        Waits = waits;
        Notes = notes;
        foreach (TaskWait wait in waits)
        {
            _byTask.TryAdd(wait.Task.Address.Value, wait);
        }

        foreach (TaskWait wait in waits)
        {
            foreach (WaitHolder holder in wait.Holders)
            {
                if (!_behind.TryGetValue(holder.Task.Address.Value, out List<TaskWait>? list))
                {
                    _behind[holder.Task.Address.Value] = list = [];
                }

                list.Add(wait);
            }
        }

        Deadlocks = FindDeadlocks();
        Roots = FindRoots(activity, place ?? (_ => null));
    }

    /// <summary>Every task whose wait was looked at, in the order of the task list.</summary>
    public IReadOnlyList<TaskWait> Waits { get; }

    public IReadOnlyList<Deadlock> Deadlocks { get; }

    /// <summary>The ends of the chains, the one with the most tasks behind it first.</summary>
    public IReadOnlyList<RootBlocker> Roots { get; }

    /// <summary>What was left out and why, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The wait of a task, or null.</summary>
    public TaskWait? Find(VirtAddr task) => _byTask.GetValueOrDefault(task.Value);

    /// <summary>The tasks that wait for a task directly.</summary>
    public IReadOnlyList<TaskWait> WaitersOf(VirtAddr task) => _behind.TryGetValue(task.Value, out List<TaskWait>? list) ? list : [];

    /// <summary>The chain from a task to where it ends: at a task that waits for none, or at one that is in the chain already.</summary>
    public IReadOnlyList<TaskWait> ChainOf(TaskWait start)
    {
        var chain = new List<TaskWait>();
        var seen = new HashSet<ulong>();
        for (TaskWait? at = start; at is not null && seen.Add(at.Task.Address.Value); at = Next(at))
        {
            chain.Add(at);
        }

        return chain;
    }

    /// <summary>The deadlock that a task is in or waits for, or null.</summary>
    public Deadlock? FindDeadlock(TaskWait wait) => Deadlocks.FirstOrDefault(deadlock => deadlock.Waits.Contains(wait) || deadlock.Behind.Contains(wait));

    // Certain holders lead on before others.
    private TaskWait? Next(TaskWait wait) =>
        (wait.Holders.FirstOrDefault(holder => holder.IsCertain && Find(holder.Task.Address) is not null)
            ?? wait.Holders.FirstOrDefault(holder => Find(holder.Task.Address) is not null)) is { } next ? Find(next.Task.Address) : null;

    // Depth first with a path of its own: chains may be as long as there are tasks.
    private List<Deadlock> FindDeadlocks()
    {
        var found = new List<Deadlock>();
        var done = new HashSet<ulong>();
        foreach (TaskWait start in Waits)
        {
            var path = new List<(TaskWait Wait, int Holder)>();
            var onPath = new Dictionary<ulong, int>();
            Push(start);
            while (path.Count > 0)
            {
                (TaskWait wait, int index) = path[^1];
                if (index >= wait.Holders.Count)
                {
                    done.Add(wait.Task.Address.Value);
                    onPath.Remove(wait.Task.Address.Value);
                    path.RemoveAt(path.Count - 1);
                    continue;
                }

                path[^1] = (wait, index + 1);
                ulong next = wait.Holders[index].Task.Address.Value;
                if (onPath.TryGetValue(next, out int from))
                {
                    if (found.Count >= MaxDeadlocks)
                    {
                        return found;
                    }

                    found.Add(Make([.. path.Skip(from).Select(step => (step.Wait, step.Wait.Holders[step.Holder - 1]))]));
                }
                else if (_byTask.TryGetValue(next, out TaskWait? target))
                {
                    Push(target);
                }
            }

            void Push(TaskWait wait)
            {
                if (!done.Contains(wait.Task.Address.Value))
                {
                    onPath[wait.Task.Address.Value] = path.Count;
                    path.Add((wait, 0));
                }
            }
        }

        return found;
    }

    private Deadlock Make(IReadOnlyList<(TaskWait Wait, WaitHolder Holder)> circle)
    {
        List<TaskWait> waits = [.. circle.Select(step => step.Wait)];
        bool isCertain = circle.All(step => step.Holder.IsCertain && step.Wait.IsProved);
        return new Deadlock(waits, isCertain, CollectBehind(waits.Select(wait => wait.Task.Address)));
    }

    private List<RootBlocker> FindRoots(Func<KernelTask, string> activity, Func<KernelTask, StackFrame?> place)
    {
        var roots = new List<RootBlocker>();
        var seen = new HashSet<ulong>();
        foreach (WaitHolder holder in Waits.SelectMany(wait => wait.Holders))
        {
            TaskWait? own = Find(holder.Task.Address);
            if (seen.Add(holder.Task.Address.Value) && own is null or { Holders.Count: 0 })
            {
                roots.Add(new RootBlocker(holder.Task, own, activity(holder.Task), CollectBehind([holder.Task.Address])) { Place = place(holder.Task) });
            }
        }

        return [.. roots.OrderByDescending(root => root.Behind.Count).ThenBy(root => root.Task.Pid)];
    }

    private List<TaskWait> CollectBehind(IEnumerable<VirtAddr> starts)
    {
        List<VirtAddr> open = [.. starts];
        var seen = new HashSet<ulong>(open.Select(task => task.Value));
        var behind = new List<TaskWait>();
        for (int i = 0; i < open.Count; i++)
        {
            foreach (TaskWait wait in WaitersOf(open[i]))
            {
                if (seen.Add(wait.Task.Address.Value))
                {
                    behind.Add(wait);
                    open.Add(wait.Task.Address);
                }
            }
        }

        return behind;
    }
}
