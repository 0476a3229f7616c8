// HeldLockReader: the locks that a task holds, where the kernel records them.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Locks;

/// <summary>
/// task_struct.held_locks and lockdep_depth (include/linux/sched.h, include/linux/lockdep_types.h), which kernels with CONFIG_LOCKDEP have. Bounded;
/// never throws on data.
/// </summary>
public static class HeldLockReader
{
    /// <summary>MAX_LOCK_DEPTH is 48.</summary>
    private const ulong MaxHeld = 128;

    /// <summary>Names of classes are those of variables and members.</summary>
    private const int MaxName = 128;

    /// <summary>The locks in the order in which they were taken; <paramref name="missing"/> says why they are not or not all known.</summary>
    public static IReadOnlyList<HeldLock> Read(KernelObjects objects, VirtAddr task, out string? missing)
    {
        missing = null;
        if (!objects.Types.HasMember("task_struct", "lockdep_depth") || objects.Types.FindSize("held_lock") is not ({ } size and > 0))
        {
            missing = "this kernel does not record which locks a task holds (CONFIG_LOCKDEP is off)";
            return [];
        }

        if (objects.FindUInt(task, "task_struct", "lockdep_depth") is not { } depth || objects.FindAddress(task, "task_struct", "held_locks") is not { } first)
        {
            missing = objects.WhyAbsent(task, "task_struct", "lockdep_depth");
            return [];
        }

        if (depth > MaxHeld)
        {
            missing = FormattableString.Invariant($"its lockdep_depth of {depth} cannot be right: the first {MaxHeld} entries are listed");
        }

        var held = new List<HeldLock>();
        for (ulong i = 0; i < Math.Min(depth, MaxHeld); i++)
        {
            VirtAddr entry = first + (i * (ulong)size);
            if (objects.FindPointer(entry, "held_lock", "instance") is { } map)
            {
                held.Add(new HeldLock(map, objects.FindTextBehind(map, MaxName, "lockdep_map", "name"), objects.FindPointer(entry, "held_lock", "acquire_ip")));
            }
            else
            {
                missing ??= FormattableString.Invariant($"entry {i} of its held locks cannot be read");
            }
        }

        return held;
    }
}
