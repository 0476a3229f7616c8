// RootBlocker: the end of a chain of waiting tasks.
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>A task that others wait for and that itself waits for no task that is known.</summary>
/// <param name="Task">The task.</param>
/// <param name="Wait">What it waits for, when it waits at all.</param>
/// <param name="Activity">What it does: "runs on CPU 1 in bridge_count (bridge.c:45)".</param>
/// <param name="Behind">All tasks that wait for it, directly or through others.</param>
public sealed record RootBlocker(KernelTask Task, TaskWait? Wait, string Activity, IReadOnlyList<TaskWait> Behind)
{
    /// <summary>The frame that <see cref="Activity"/> is about; null when there is none.</summary>
    public StackFrame? Place { get; init; }
}
