// WorkerPool: the workers of one CPU, or of a set of CPUs, and the work that waits for them.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Workqueues;

/// <summary>A pool (struct worker_pool of kernel/workqueue.c).</summary>
/// <param name="Object">Its structure.</param>
/// <param name="Cpus">The CPUs that its workers may run on, as "0-3"; null when that is not known.</param>
/// <param name="Workers">Its workers, busy and idle.</param>
/// <param name="Pending">Work that no worker has begun, oldest first.</param>
/// <param name="SecondsWithoutProgress">How long work has waited without one item being begun; null when nothing waits or it is not known.</param>
public sealed record WorkerPool(
    ObjectView Object, string? Cpus, IReadOnlyList<Worker> Workers, IReadOnlyList<WorkItem> Pending, double? SecondsWithoutProgress)
{
    /// <summary>POOL_BH: its one worker is no thread, a soft interrupt runs its work (6.9).</summary>
    private const ulong BottomHalf = 1;

    /// <summary>True for pools of WQ_BH workqueues, whose work a soft interrupt runs.</summary>
    public bool IsBottomHalf => (Object.UInt("flags") & BottomHalf) != 0 && Workers.All(worker => worker.Task is null);
}
