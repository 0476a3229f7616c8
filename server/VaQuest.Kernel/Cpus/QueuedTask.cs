// QueuedTask: a task that waits on a run queue, or runs.
using VaQuest.Binary;

namespace VaQuest.Kernel.Cpus;

/// <summary>A task on a CPU's run queue.</summary>
/// <param name="Task">Its task_struct.</param>
/// <param name="Class">"cfs", "rt" or "dl": whose queue it is in.</param>
/// <param name="IsCurrent">True when the CPU was executing it.</param>
/// <param name="Priority">task_struct.prio: 100 to 139 for cfs, below for rt, below zero for dl; null when it could not be read.</param>
/// <param name="Key">What the queue is sorted by: virtual runtime in nanoseconds (cfs), the deadline (dl), the priority (rt).</param>
/// <param name="Depth">Task groups between the CPU's own queue and the one that it is in.</param>
/// <param name="WaitedNanoseconds">How long it has waited for the CPU, by the queue's clock; null when it runs or that is not known.</param>
public sealed record QueuedTask(VirtAddr Task, string Class, bool IsCurrent, long? Priority, ulong? Key, int Depth, ulong? WaitedNanoseconds);
