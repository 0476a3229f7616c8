// WorkItem: work that waits.
using VaQuest.Binary;

namespace VaQuest.Kernel.Workqueues;

/// <summary>A queued work item (struct work_struct).</summary>
/// <param name="Address">The work_struct.</param>
/// <param name="Function">What it calls, or null when it could not be read.</param>
/// <param name="WorkqueueName">Its workqueue, or null when its data word does not lead to one.</param>
/// <param name="Waiter">The task that flushes the queue, when the item is a flush barrier; else null.</param>
public sealed record WorkItem(VirtAddr Address, VirtAddr? Function, string? WorkqueueName, VirtAddr? Waiter);
