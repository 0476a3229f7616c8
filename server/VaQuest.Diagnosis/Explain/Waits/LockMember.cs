// LockMember: a lock inside of an object.
using VaQuest.Binary;
using VaQuest.Kernel.Locks;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>A lock.</summary>
/// <param name="Path">Of the member in the object: "f_pos_lock"; empty when the object itself is the lock.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Address">Where it is.</param>
internal sealed record LockMember(string Path, LockKind Kind, VirtAddr Address);
