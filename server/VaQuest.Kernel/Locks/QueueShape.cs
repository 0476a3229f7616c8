// QueueShape: how the waiters of one kind of lock are linked.
namespace VaQuest.Kernel.Locks;

/// <summary>Names of structures and members.</summary>
/// <param name="Kind">The lock.</param>
/// <param name="WaiterTag">Structure of a waiter.</param>
/// <param name="Link">Its list_head.</param>
/// <param name="Task">Its pointer to the task.</param>
/// <param name="LockTag">Structure of the lock.</param>
/// <param name="Head">The lock's list_head.</param>
internal sealed record QueueShape(LockKind Kind, string WaiterTag, string Link, string Task, string LockTag, string Head);
