// LockWaiter: one entry of a lock's queue.
using VaQuest.Binary;

namespace VaQuest.Kernel.Locks;

/// <summary>A waiter.</summary>
/// <param name="Node">Its structure: on its own stack as a rule; a CPU's queue node for spinlocks.</param>
/// <param name="Task">Its task_struct as the structure names it; null when it could not be read or there is none.</param>
/// <param name="Cpu">Of spinlocks: the CPU that spins.</param>
/// <param name="Mode">"reader", "writer", …; null where the lock has one kind of waiter.</param>
public sealed record LockWaiter(VirtAddr Node, VirtAddr? Task, int? Cpu = null, string? Mode = null);
