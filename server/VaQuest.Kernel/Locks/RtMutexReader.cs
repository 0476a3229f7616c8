// RtMutexReader: decodes an rt_mutex.
using VaQuest.Binary;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Locks;

/// <summary>
/// struct rt_mutex (include/linux/rtmutex.h, kernel/locking/rtmutex_common.h): a tree of waiters by priority, and an owner whose bit 0 says that
/// there are waiters. Since 5.15 both are in struct rt_mutex_base.
/// </summary>
internal static class RtMutexReader
{
    /// <summary>RT_MUTEX_HAS_WAITERS.</summary>
    private const ulong HasWaiters = 1;

    /// <param name="memory">What is read with.</param>
    /// <param name="address">The rt_mutex, or the rt_mutex_base that it begins with.</param>
    public static LockState Read(LockMemory memory, VirtAddr address)
    {
        string tag = memory.Objects.Types.HasMember("rt_mutex_base", "owner") ? "rt_mutex_base" : "rt_mutex";
        if (memory.Objects.FindUInt(address, tag, "owner") is not { } word)
        {
            return LockMemory.Unread(LockKind.RtMutex, address, memory.WhyUnread(address, tag, "owner"));
        }

        var damage = new List<string>();
        VirtAddr? owner = memory.OwnerOf(word, HasWaiters, damage);
        return new LockState
        {
            Kind = LockKind.RtMutex,
            Address = address,
            IsHeld = owner is not null,
            State = (owner is null ? "unlocked" : "locked") + ((word & HasWaiters) != 0 ? ", has waiters" : ""),
            Owner = owner,
            NoOwner = owner is null ? "it is unlocked" : null,
            Waiters = ReadWaiters(memory, address, tag, damage),
            Damage = damage,
        };
    }

    private static IReadOnlyList<LockWaiter> ReadWaiters(LockMemory memory, VirtAddr address, string tag, List<string> damage)
    {
        if (memory.Objects.FindAddress(address, tag, "waiters.rb_root", "waiters") is not { } root
            || memory.Objects.Types.FindOffset("rt_mutex_waiter", "tree.entry", "tree_entry") is not { } link)
        {
            damage.Add("the layout of struct rt_mutex_waiter is not known, so its waiters are not either");
            return [];
        }

        WalkResult tree = new LinkedWalks(memory.Objects.Reader, memory.Objects.Types).RedBlackTree(root);
        if (tree.Damage is { } problem)
        {
            damage.Add(problem);
        }

        return [.. tree.Items.Take(LockMemory.MaxWaiters).Select(item => item.Address - link)
            .Select(node => new LockWaiter(node, memory.Objects.FindPointer(node, "rt_mutex_waiter", "task")))];
    }
}
