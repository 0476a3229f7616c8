// RwLockReader: decodes a queued rwlock.
using VaQuest.Binary;

namespace VaQuest.Kernel.Locks;

/// <summary>
/// struct qrwlock (include/asm-generic/qrwlock.h): the low byte of cnts is 0xff when a writer holds it, bit 8 says that a writer waits, readers are
/// counted from bit 9. Neither readers nor the writer are recorded.
/// </summary>
internal static class RwLockReader
{
    private const uint WriteLocked = 0xff;
    private const uint WriterWaits = 0x100;
    private const int ReaderShift = 9;

    public static LockState Read(LockMemory memory, VirtAddr address)
    {
        if (memory.Objects.FindUInt(address, "qrwlock", "cnts.counter", "cnts") is not { } wide)
        {
            return LockMemory.Unread(LockKind.RwLock, address, memory.WhyUnread(address, "qrwlock", "cnts"));
        }

        uint count = (uint)wide;
        var damage = new List<string>();
        bool isWritten = (count & WriteLocked) == WriteLocked;
        long readers = count >> ReaderShift;
        if ((count & WriteLocked) != 0 && !isWritten)
        {
            damage.Add(FormattableString.Invariant($"its word 0x{count:x8} is neither locked nor unlocked by a writer"));
        }

        string state = isWritten ? "locked by a writer" : readers > 0 ? FormattableString.Invariant($"locked by {readers} reader{(readers == 1 ? "" : "s")}") : "unlocked";
        return new LockState
        {
            Kind = LockKind.RwLock,
            Address = address,
            IsHeld = isWritten || readers > 0,
            IsWriteHeld = isWritten,
            Readers = !isWritten && readers > 0 ? readers : null,
            State = state + ((count & WriterWaits) != 0 ? ", a writer waits" : ""),
            NoOwner = isWritten || readers > 0 ? "this kernel does not record who holds an rwlock" : "it is unlocked",
            Damage = damage,
        };
    }
}
