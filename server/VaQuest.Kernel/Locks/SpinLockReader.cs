// SpinLockReader: decodes a queued spinlock and the queue behind it.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Locks;

/// <summary>
/// struct qspinlock (include/asm-generic/qspinlock_types.h): bits 0 to 7 locked, bit 8 pending, bits 16 and 17 the nesting level and bits 18 to 31
/// the CPU plus one of the last waiter; with 16384 CPUs and more the level is at bit 9 and the CPU at bit 11. Waiters form a queue of per-CPU
/// nodes (qnodes; kernel/locking/qspinlock.c), linked from the first to the last. Who holds the lock is recorded by CONFIG_DEBUG_SPINLOCK only.
/// </summary>
internal static class SpinLockReader
{
    /// <summary>MAX_NODES: task, soft interrupt, hard interrupt, NMI.</summary>
    private const int MaxLevels = 4;

    /// <summary>SPINLOCK_OWNER_INIT.</summary>
    private const ulong NoOwner = ulong.MaxValue;

    public static LockState Read(LockMemory memory, VirtAddr address)
    {
        if (!memory.Objects.Types.HasMember("qspinlock", "val"))
        {
            return LockMemory.Unread(LockKind.SpinLock, address, "this kernel has no queued spinlocks, the only ones that can be decoded");
        }

        if (!memory.Objects.Reader.TryReadUInt32(address, out uint word))
        {
            return LockMemory.Unread(LockKind.SpinLock, address, FormattableString.Invariant($"the spinlock at {address} is not in the dump"));
        }

        var damage = new List<string>();
        bool isHeld = (word & 0xff) != 0;
        bool isPending = (word & 0x100) != 0;
        int? tail = TailCpu(memory, word, damage);
        VirtAddr? owner = isHeld ? DebugOwner(memory, address, damage) : null;
        string state = isHeld ? "locked" : "unlocked";
        state += isPending ? ", one CPU is next in line" : "";
        state += tail is { } cpu ? FormattableString.Invariant($", the last of the queue is CPU {cpu}") : "";
        return new LockState
        {
            Kind = LockKind.SpinLock,
            Address = address,
            IsHeld = isHeld,
            State = state,
            Owner = owner,
            NoOwner = owner is not null ? null : isHeld ? "this kernel does not record who holds a spinlock (no CONFIG_DEBUG_SPINLOCK)" : "it is unlocked",
            Waiters = tail is null ? [] : ReadQueue(memory, word, damage),
            Damage = damage,
        };
    }

    /// <summary>The CPU of the last waiter in the queue, or null when the queue is empty.</summary>
    public static int? TailCpu(LockMemory memory, uint word, List<string>? damage)
    {
        int cpu = (int)(word >> (IsWide(memory) ? 11 : 18)) - 1;
        if (cpu < 0)
        {
            return null;
        }

        if (!memory.Cpus.Possible.Contains(cpu))
        {
            damage?.Add(FormattableString.Invariant($"its word 0x{word:x8} names CPU {cpu}, which this machine does not have"));
            return null;
        }

        return cpu;
    }

    // With 16384 CPUs and more, pending is one bit and not a byte; the possible CPUs say which it may be.
    private static bool IsWide(LockMemory memory) => memory.Cpus.Possible[^1] >= 16384 - 1;

    private static VirtAddr? DebugOwner(LockMemory memory, VirtAddr address, List<string> damage) =>
        memory.Objects.FindUInt(address, "raw_spinlock", "owner") is { } word and not NoOwner and not 0 ? memory.OwnerOf(word, 0, damage) : null;

    private static List<LockWaiter> ReadQueue(LockMemory memory, uint word, List<string> damage)
    {
        VirtAddr? nodes = memory.FindSymbol("qnodes") ?? memory.FindSymbol("mcs_nodes");
        ulong stride = (ulong)(memory.Objects.Types.FindSize("qnode") ?? memory.Objects.Types.FindSize("mcs_spinlock") ?? 0);
        ulong? next = memory.Objects.Types.FindOffset("mcs_spinlock", "next");
        int tailLevel = (int)(word >> (IsWide(memory) ? 9 : 16)) & (MaxLevels - 1);
        if (nodes is null || stride == 0 || next is null || TailCpu(memory, word, null) is not { } tailCpu)
        {
            return [];
        }

        if (memory.Cpus.FindPerCpu(nodes, tailCpu) is not { } tailNodes)
        {
            return [new LockWaiter(default, null, tailCpu)];
        }

        // The word names the last waiter; each node names the one behind it. So who leads to the last is ahead of it.
        VirtAddr at = tailNodes + ((ulong)tailLevel * stride);
        (AddressMap ahead, List<VirtAddr> found) = Predecessors(memory, nodes.Value, stride, next.Value);
        var queue = new List<LockWaiter>();
        var seen = new AddressMap();
        for (int i = 0; i < memory.Cpus.Possible.Count * MaxLevels; i++)
        {
            if (!seen.TryAdd(at.Value, 0))
            {
                damage.Add(FormattableString.Invariant($"the queue of the spinlock runs in a circle at {at}"));
                break;
            }

            queue.Add(new LockWaiter(at, null, CpuOf(memory, nodes.Value, stride, at)));
            int previous = ahead.Find(at.Value);
            if (previous < 0)
            {
                break;
            }

            at = found[previous];
        }

        queue.Reverse();
        return queue;
    }

    private static (AddressMap Ahead, List<VirtAddr> Nodes) Predecessors(LockMemory memory, VirtAddr nodes, ulong stride, ulong next)
    {
        var ahead = new AddressMap();
        var found = new List<VirtAddr>();
        foreach (int cpu in memory.Cpus.Possible)
        {
            if (memory.Cpus.FindPerCpu(nodes, cpu) is not { } first)
            {
                continue;
            }

            // A CPU's first node counts how many of its nodes are in use.
            long used = Math.Clamp(memory.Objects.FindInt(first, "mcs_spinlock", "count") ?? 0, 0, MaxLevels);
            for (int level = 0; level < used; level++)
            {
                VirtAddr node = first + ((ulong)level * stride);
                if (memory.Objects.Reader.FindPointer(node + next) is { } behind && ahead.TryAdd(behind.Value, found.Count))
                {
                    found.Add(node);
                }
            }
        }

        return (ahead, found);
    }

    private static int? CpuOf(LockMemory memory, VirtAddr nodes, ulong stride, VirtAddr node)
    {
        foreach (int cpu in memory.Cpus.Possible)
        {
            if (memory.Cpus.FindPerCpu(nodes, cpu) is { } first && node - first < stride * MaxLevels)
            {
                return cpu;
            }
        }

        return null;
    }
}
