// BusyWorker: a worker and the item that it runs.
using VaQuest.Binary;

namespace VaQuest.Kernel.Locks;

/// <summary>A kworker at work (struct worker, kernel/workqueue_internal.h).</summary>
/// <param name="Worker">The struct worker.</param>
/// <param name="Task">Its task_struct.</param>
/// <param name="Work">The work_struct that it runs.</param>
/// <param name="Function">The item's function, or null when it could not be read.</param>
/// <param name="Queue">The pool_workqueue of the item, or null.</param>
public sealed record BusyWorker(VirtAddr Worker, VirtAddr Task, VirtAddr Work, VirtAddr? Function, VirtAddr? Queue);
