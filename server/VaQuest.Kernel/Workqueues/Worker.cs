// Worker: a kernel thread that runs work items.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Workqueues;

/// <summary>A worker (struct worker of kernel/workqueue_internal.h).</summary>
/// <param name="Object">Its structure.</param>
/// <param name="Task">Its thread, or null.</param>
/// <param name="Function">What it runs now; null when it is idle.</param>
/// <param name="WorkqueueName">The workqueue of that work, or null.</param>
/// <param name="Description">What the work said of itself (set_worker_desc), or null.</param>
/// <param name="IdleSeconds">How long it has been idle, or null.</param>
public sealed record Worker(ObjectView Object, VirtAddr? Task, VirtAddr? Function, string? WorkqueueName, string? Description, double? IdleSeconds);
