// MutexReader: decodes a mutex.
using VaQuest.Binary;

namespace VaQuest.Kernel.Locks;

/// <summary>
/// struct mutex (include/linux/mutex.h, kernel/locking/mutex.c). Since 4.10 the owner word holds three flags; a kernel with PREEMPT_RT has an
/// rt_mutex inside; before 4.10 the owner was a plain pointer beside a counter.
/// </summary>
internal static class MutexReader
{
    /// <summary>MUTEX_FLAG_WAITERS, MUTEX_FLAG_HANDOFF, MUTEX_FLAG_PICKUP.</summary>
    private const ulong Waiters = 1;
    private const ulong Handoff = 2;
    private const ulong Pickup = 4;
    private const ulong Flags = 7;

    public static LockState Read(LockMemory memory, VirtAddr address)
    {
        if (memory.Objects.Types.FindOffset("mutex", "rtmutex") is { } inner)
        {
            return RtMutexReader.Read(memory, address + inner) with { Kind = LockKind.Mutex, Address = address };
        }

        bool hasFlags = memory.Objects.Types.HasMember("mutex", "owner.counter");
        if (memory.Objects.FindUInt(address, "mutex", "owner.counter", "owner") is not { } word)
        {
            return LockMemory.Unread(LockKind.Mutex, address, memory.WhyUnread(address, "mutex", "owner"));
        }

        var damage = new List<string>();
        VirtAddr? owner = memory.OwnerOf(word, hasFlags ? Flags : 0, damage);
        bool? isHeld = hasFlags ? owner is not null : HeldByCount(memory, address) ?? owner is not null;
        return new LockState
        {
            Kind = LockKind.Mutex,
            Address = address,
            IsHeld = isHeld,
            State = hasFlags ? StateOf(word, owner is not null) : isHeld == true ? "locked" : "unlocked",
            Owner = owner,
            NoOwner = owner is not null ? null : isHeld == true ? "this kernel's mutexes do not always record their owner" : "it is unlocked",
            Waiters = memory.ReadWaiters("mutex", address, "mutex_waiter", null, damage),
            Damage = damage,
        };
    }

    // 1 unlocked, 0 locked, negative locked with waiters.
    private static bool? HeldByCount(LockMemory memory, VirtAddr address) =>
        memory.Objects.FindInt(address, "mutex", "count.counter") is { } count ? count <= 0 : null;

    private static string StateOf(ulong word, bool isLocked)
    {
        string state = isLocked ? "locked" : "unlocked";
        state += (word & Waiters) != 0 ? ", has waiters" : "";
        state += (word & Handoff) != 0 ? ", to be handed to the first waiter" : "";
        return state + ((word & Pickup) != 0 ? ", handed over but not taken yet" : "");
    }
}
