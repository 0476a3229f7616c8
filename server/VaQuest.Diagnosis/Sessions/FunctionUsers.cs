// FunctionUsers: which tasks are inside a function.
using VaQuest.Diagnosis.Explain;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>
/// Walks the stacks of all tasks once, in parallel, and keeps where each function is. Bounded by the number of tasks. Safe for concurrent use.
/// </summary>
internal sealed class FunctionUsers
{
    private const int MaxTasks = 100_000;

    private const int MaxHits = 10_000;

    private readonly Once<IReadOnlyList<StackTrace>> _stacks;

    public FunctionUsers(OpenedDump opened, StackReader reader) =>
        _stacks = new Once<IReadOnlyList<StackTrace>>(cancellation => ReadAll(opened, reader, cancellation));

    /// <summary>The innermost frame of the function in each stack that has it, the panicking task first.</summary>
    public IReadOnlyList<StackReference> Find(string function, CancellationToken cancellation)
    {
        string wanted = FunctionNames.Normalise(function);
        var hits = new List<StackReference>();
        foreach (StackTrace stack in _stacks.Get(cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            StackFrame? frame = stack.Frames.FirstOrDefault(f => IsNamed(f.Function, wanted) || IsNamed(f.Symbol, wanted));
            if (frame is not null && hits.Count < MaxHits)
            {
                hits.Add(new StackReference(stack.Task, stack.Cpu, frame));
            }
        }

        return hits;
    }

    private static bool IsNamed(string? name, string wanted) =>
        name is not null && name.StartsWith(wanted, StringComparison.Ordinal) && FunctionNames.Normalise(name) == wanted;

    private static StackTrace[] ReadAll(OpenedDump opened, StackReader reader, CancellationToken cancellation)
    {
        List<KernelTask> tasks = [.. opened.Kernel.Tasks.All.Take(MaxTasks)];
        var stacks = new StackTrace[tasks.Count];
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, tasks.Count, options, i => stacks[i] = reader.Expand(opened.Kernel.Stacks.Unwind(tasks[i])));
        Array.Sort(stacks, (left, right) => right.IsPanicStack.CompareTo(left.IsPanicStack) is not 0 and var order
            ? order
            : (left.Task?.Pid ?? int.MaxValue).CompareTo(right.Task?.Pid ?? int.MaxValue));
        return stacks;
    }
}
