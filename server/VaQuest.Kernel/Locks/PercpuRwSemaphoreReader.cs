// PercpuRwSemaphoreReader: decodes a percpu_rw_semaphore.
using VaQuest.Binary;

namespace VaQuest.Kernel.Locks;

/// <summary>
/// struct percpu_rw_semaphore (include/linux/percpu-rwsem.h, kernel/locking/percpu-rwsem.c, since 5.7): readers are counted per CPU, a writer
/// sets block and waits in writer until the sum of the counts is zero; who finds it blocked waits in waiters.
/// </summary>
internal static class PercpuRwSemaphoreReader
{
    /// <summary>WQ_FLAG_CUSTOM, which this lock uses for readers.</summary>
    private const ulong Custom = 4;

    public static LockState Read(LockMemory memory, VirtAddr address)
    {
        const string tag = "percpu_rw_semaphore";
        if (memory.Objects.FindUInt(address, tag, "block.counter", "block") is not { } block)
        {
            return LockMemory.Unread(LockKind.PercpuRwSemaphore, address, memory.WhyUnread(address, tag, "block"));
        }

        var damage = new List<string>();
        long? readers = SumReaders(memory, address);
        VirtAddr? pending = memory.Objects.FindPointer(address, tag, "writer.task");
        bool isBlocked = block != 0;
        bool isWritten = isBlocked && pending is null && readers is null or 0;
        List<LockWaiter> waiters = pending is { } task ? [new LockWaiter(address, task, null, "writer, waits for the readers to leave")] : [];
        if (memory.Objects.FindAddress(address, tag, "waiters") is { } queue)
        {
            waiters.AddRange(QueueReader.ReadQueue(memory, queue, damage, flags => (flags & Custom) != 0 ? "reader" : "writer"));
        }

        bool hasReaders = readers is > 0;
        string state = isBlocked ? isWritten ? "locked by a writer" : "blocked by a writer that waits for its readers" : "open to readers";
        return new LockState
        {
            Kind = LockKind.PercpuRwSemaphore,
            Address = address,
            IsHeld = isWritten || hasReaders,
            IsWriteHeld = isWritten,
            Readers = hasReaders ? readers : null,
            State = state + (readers is { } sum ? FormattableString.Invariant($", {sum} reader{(sum == 1 ? "" : "s")}") : ", its readers could not be counted"),
            NoOwner = hasReaders ? "the kernel does not record which readers hold it" : isWritten ? "the kernel does not record the writer" : "it is unlocked",
            Waiters = waiters,
            Damage = damage,
        };
    }

    // Each count alone means nothing: a reader may leave on another CPU than it entered on.
    private static long? SumReaders(LockMemory memory, VirtAddr address)
    {
        if (memory.Objects.FindPointer(address, "percpu_rw_semaphore", "read_count") is not { } counts)
        {
            return null;
        }

        uint sum = 0;
        foreach (int cpu in memory.Cpus.Possible)
        {
            if (memory.Cpus.FindPerCpu(counts, cpu) is not { } at || !memory.Objects.Reader.TryReadUInt32(at, out uint part))
            {
                return null;
            }

            sum = unchecked(sum + part);
        }

        return unchecked((int)sum);
    }
}
