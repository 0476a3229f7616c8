// HeldLock: a lock that lockdep recorded for a task.
using VaQuest.Binary;

namespace VaQuest.Kernel.Locks;

/// <summary>An entry of task_struct.held_locks.</summary>
/// <param name="Map">The struct lockdep_map, which is a member of the lock.</param>
/// <param name="Name">The name of the lock's class, or null when it cannot be read.</param>
/// <param name="Where">The instruction that took it, or null.</param>
public sealed record HeldLock(VirtAddr Map, string? Name, VirtAddr? Where);
