// RwSemaphoreReader: decodes an rw_semaphore.
using VaQuest.Binary;

namespace VaQuest.Kernel.Locks;

/// <summary>
/// struct rw_semaphore (include/linux/rwsem.h, kernel/locking/rwsem.c). Since 5.3: count has bit 0 writer, bit 1 waiters, bit 2 handoff, readers
/// from bit 8, and the sign bit for too many readers; owner has bit 0 for readers and one or two "do not spin" bits. Before, count was a sum
/// of biases. PREEMPT_RT has rwbase_rt.
/// </summary>
internal static class RwSemaphoreReader
{
    private const ulong WriterLocked = 1;
    private const ulong HasWaiters = 2;
    private const ulong Handoff = 4;
    private const int ReaderShift = 8;

    /// <summary>RWSEM_READER_OWNED, and RWSEM_NONSPINNABLE (5.3 to 5.10: one bit for readers, one for writers).</summary>
    private const ulong ReaderOwned = 1;
    private const ulong OwnerFlags = 7;

    public static LockState Read(LockMemory memory, VirtAddr address)
    {
        if (memory.Objects.Types.HasMember("rw_semaphore", "rwbase"))
        {
            return ReadRealTime(memory, address);
        }

        if (memory.Objects.FindInt(address, "rw_semaphore", "count.counter", "count") is not { } signed)
        {
            return LockMemory.Unread(LockKind.RwSemaphore, address, memory.WhyUnread(address, "rw_semaphore", "count"));
        }

        ulong? word = memory.Objects.FindUInt(address, "rw_semaphore", "owner.counter", "owner");
        return memory.Objects.Types.HasMember("rw_semaphore", "owner.counter")
            ? Decode(memory, address, unchecked((ulong)signed), word)
            : DecodeOld(memory, address, signed, word);
    }

    private static LockState Decode(LockMemory memory, VirtAddr address, ulong count, ulong? word)
    {
        var damage = new List<string>();
        bool isWritten = (count & WriterLocked) != 0;
        long readers = unchecked((long)(count & (ulong.MaxValue >> 1))) >> ReaderShift;
        string state = isWritten ? "locked by a writer" : readers > 0 ? FormattableString.Invariant($"locked by {readers} reader{(readers == 1 ? "" : "s")}") : "unlocked";
        state += (count & HasWaiters) != 0 ? ", has waiters" : "";
        state += (count & Handoff) != 0 ? ", to be handed to the first waiter" : "";
        if (unchecked((long)count) < 0)
        {
            damage.Add(FormattableString.Invariant($"its count 0x{count:x} is negative: too many readers, or damage"));
        }

        if (isWritten && readers > 0)
        {
            // A reader adds its bias before it looks; more than the CPUs there are cannot be in that window at once.
            state += FormattableString.Invariant($" ({readers} readers are about to find that out)");
        }

        return WithOwner(memory, address, word, isWritten, isWritten ? 0 : readers, state, damage);
    }

    // -1 << 32 per waiting or writing bias, active lockers in the lower half (64-bit kernels before 5.3).
    private static LockState DecodeOld(LockMemory memory, VirtAddr address, long count, ulong? word)
    {
        long active = count & 0xffffffff;
        bool mayWrite = count < 0 && active == 1 && word is { } known && (known & OwnerFlags) == 0 && known != 0;
        long readers = mayWrite ? 0 : active;
        string state = active == 0 ? "unlocked" : mayWrite ? "locked by a writer" : FormattableString.Invariant($"active count {active}");
        state += count < 0 && !mayWrite ? ", has waiters" : "";
        return WithOwner(memory, address, word, mayWrite, readers, state, []);
    }

    private static LockState WithOwner(
        LockMemory memory, VirtAddr address, ulong? word, bool isWritten, long readers, string state, List<string> damage)
    {
        bool isReaderHint = word is { } flags && (flags & ReaderOwned) != 0;
        bool isHeld = isWritten || readers > 0;
        VirtAddr? owner = word is { } raw && isHeld && isWritten != isReaderHint ? memory.OwnerOf(raw, OwnerFlags, damage) : null;
        string noOwner = !isHeld ? "it is unlocked"
            : word is null ? "this kernel's rw_semaphores do not record an owner"
            : isWritten ? "its writer has not recorded itself yet" : "the kernel does not record which readers hold it";
        return new LockState
        {
            Kind = LockKind.RwSemaphore,
            Address = address,
            IsHeld = isHeld,
            IsWriteHeld = isWritten,
            State = state,
            Readers = isHeld && !isWritten ? readers : null,
            Owner = owner,
            IsOwnerExact = isWritten,
            NoOwner = owner is null ? noOwner : null,
            Waiters = memory.ReadWaiters("rw_semaphore", address, "rwsem_waiter", node => ModeOf(memory, node), damage),
            Damage = damage,
        };
    }

    // RWSEM_WAITING_FOR_WRITE, RWSEM_WAITING_FOR_READ.
    private static string? ModeOf(LockMemory memory, VirtAddr waiter) =>
        memory.Objects.FindUInt(waiter, "rwsem_waiter", "type") is not { } type ? null
        : (long)type == (memory.Objects.Types.Catalog?.FindEnumerator("RWSEM_WAITING_FOR_READ") ?? 1) ? "reader" : "writer";

    // struct rwbase_rt (include/linux/rwbase_rt.h): readers is READER_BIAS (1U << 31) plus readers when no writer is there, WRITER_BIAS (1 << 30) when one holds it.
    private static LockState ReadRealTime(LockMemory memory, VirtAddr address)
    {
        const long writerBias = 1 << 30;
        if (memory.Objects.FindInt(address, "rw_semaphore", "rwbase.readers.counter") is not { } count
            || memory.Objects.FindAddress(address, "rw_semaphore", "rwbase.rtmutex") is not { } inner)
        {
            return LockMemory.Unread(LockKind.RwSemaphore, address, memory.WhyUnread(address, "rw_semaphore", "rwbase"));
        }

        LockState guard = RtMutexReader.Read(memory, inner);
        bool isWritten = count == writerBias;
        long readers = isWritten ? 0 : count & (writerBias - 1);
        bool isHeld = isWritten || readers > 0;
        return guard with
        {
            Kind = LockKind.RwSemaphore,
            Address = address,
            IsHeld = isHeld,
            IsWriteHeld = isWritten,
            Readers = isWritten || !isHeld ? null : readers,
            State = isWritten ? "locked by a writer" : isHeld ? FormattableString.Invariant($"locked by {readers} readers") : "unlocked",
            Owner = isWritten ? guard.Owner : null,
            NoOwner = isWritten ? guard.NoOwner : isHeld ? "the kernel does not record which readers hold it" : "it is unlocked",
        };
    }
}
