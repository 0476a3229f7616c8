// WaiterScan: finds the structure by which a sleeping task waits, on the task's own stack.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Locks;

/// <summary>
/// A task that waits for a lock has an entry of the lock's queue on its stack, which names the task and whose neighbours in the queue point back
/// at it. A word that looks like one by chance does not have such neighbours. The lock is where the queue's head is: the one element that is
/// not a waiter. So neither debug information nor registers are needed.
/// </summary>
public sealed class WaiterScan
{
    /// <summary>Elements of a queue that are looked at for its head.</summary>
    private const int MaxQueue = LockMemory.MaxWaiters;

    /// <summary>Elements that are neither known waiters nor surely the head; with more of them the queue cannot be understood.</summary>
    private const int MaxStrangers = 64;

    private static readonly QueueShape[] s_shapes =
    [
        new(LockKind.Mutex, "mutex_waiter", "list", "task", "mutex", "wait_list"),
        new(LockKind.RwSemaphore, "rwsem_waiter", "list", "task", "rw_semaphore", "wait_list"),
        new(LockKind.Semaphore, "semaphore_waiter", "list", "task", "semaphore", "wait_list"),
        new(LockKind.Completion, "swait_queue", "task_list", "task", "completion", "wait.task_list"),
        new(LockKind.Completion, "wait_queue_entry", "entry", "private", "completion", "wait.head"),
        new(LockKind.Completion, "__wait_queue", "task_list", "private", "completion", "wait.task_list"),
        new(LockKind.PercpuRwSemaphore, "wait_queue_entry", "entry", "private", "percpu_rw_semaphore", "waiters.head"),
        new(LockKind.WaitQueue, "wait_queue_entry", "entry", "private", "wait_queue_head", "head"),
        new(LockKind.WaitQueue, "__wait_queue", "task_list", "private", "__wait_queue_head", "task_list"),
    ];

    private static readonly string[] s_pageFlags = ["PG_locked", "PG_writeback", "PG_private_2"];

    private readonly LockMemory _memory;

    internal WaiterScan(LockMemory memory) => _memory = memory;

    /// <summary>What a task waits for, of one kind of lock; null when no structure on its stack proves it.</summary>
    /// <param name="task">The task; it must not be running.</param>
    /// <param name="from">Its stack pointer.</param>
    /// <param name="to">Where the stack's frames end.</param>
    /// <param name="kind">What its stack's functions wait for.</param>
    public StackWait? Find(KernelTask task, VirtAddr from, VirtAddr to, LockKind kind)
    {
        if (kind is LockKind.RtMutex or LockKind.Mutex or LockKind.RwSemaphore && FindByPriority(task, kind) is { } blocked)
        {
            return blocked;
        }

        foreach (VirtAddr word in FindMentions(task, from, to))
        {
            StackWait? found = kind switch
            {
                LockKind.Bit => FindBit(word, task),
                LockKind.Page => FindPage(word),
                _ => FindQueued(word, task, kind),
            };
            if (found is not null)
            {
                return found;
            }
        }

        return kind is LockKind.Mutex or LockKind.Semaphore or LockKind.RwSemaphore ? FindRecorded(task, kind)
            : kind == LockKind.PercpuRwSemaphore ? FindPendingWriter(task, from, to) : null;
    }

    // Where the task's own address stands on its stack.
    private List<VirtAddr> FindMentions(KernelTask task, VirtAddr from, VirtAddr to)
    {
        var found = new List<VirtAddr>();
        int word = _memory.Objects.Reader.WordSize;
        ulong length = Math.Min(to - from, LockMemory.MaxStackBytes);
        byte[] bytes = new byte[length];
        int got = _memory.Objects.Reader.Read(from, bytes).BytesRead;
        for (int at = 0; at + word <= got; at += word)
        {
            if (_memory.Objects.Reader.DecodeUInt(bytes.AsSpan(at, word)) == task.Address.Value)
            {
                found.Add(from + (ulong)at);
            }
        }

        return found;
    }

    private StackWait? FindQueued(VirtAddr mention, KernelTask task, LockKind kind)
    {
        foreach (QueueShape shape in s_shapes)
        {
            KernelTypes types = _memory.Objects.Types;
            if (shape.Kind != kind || types.FindOffset(shape.WaiterTag, shape.Task) is not { } taskOffset || types.FindOffset(shape.WaiterTag, shape.Link) is not { } link)
            {
                continue;
            }

            VirtAddr waiter = mention - taskOffset;
            if (!IsLinked(waiter + link) || FindHead(waiter, link, taskOffset, shape) is not { } head)
            {
                continue;
            }

            string proof = FormattableString.Invariant(
                $"its struct {shape.WaiterTag} at {waiter} names the task {task.Address} and is in the queue of the lock, whose neighbours point back at it");
            return new StackWait(kind, head, waiter, ModeOf(waiter, shape), proof);
        }

        return null;
    }

    private bool IsLinked(VirtAddr node)
    {
        ulong word = (ulong)_memory.Objects.Reader.WordSize;
        return _memory.Objects.Reader.FindPointer(node) is { } next && _memory.Objects.Reader.FindPointer(node + word) is { } previous
            && next != node && _memory.Objects.Reader.FindPointer(next + word) == node && _memory.Objects.Reader.FindPointer(previous) == node;
    }

    // The lock: its queue's head is the element that is no waiter; or, where the lock points at its first waiter, the word that does.
    private VirtAddr? FindHead(VirtAddr waiter, ulong link, ulong taskOffset, QueueShape shape)
    {
        if (_memory.Objects.Types.FindOffset(shape.LockTag, shape.Head) is not { } head)
        {
            return null;
        }

        // Tasks may be missing from the dump, and their waiters then look like heads: the lock's own words must decide between several.
        var others = new List<VirtAddr>();
        VirtAddr first = waiter + link;
        VirtAddr node = first;
        for (int i = 0; i < MaxQueue; i++)
        {
            if (_memory.Objects.Reader.FindPointer(node) is not { } next || others.Count > MaxStrangers)
            {
                return null;
            }

            if (next == first)
            {
                List<VirtAddr> locks = others.Count == 1 ? others : [.. others.Where(candidate => IsPlausible(candidate - head, shape.Kind))];
                return locks.Count == 1 ? locks[0] - head : null;
            }

            node = next;
            if (!IsWaiter(node - link, taskOffset))
            {
                others.Add(node);
            }
        }

        return null;
    }

    // A lock that somebody waits for says so.
    private bool IsPlausible(VirtAddr address, LockKind kind)
    {
        const ulong KernelHalf = 1UL << 63;
        return kind switch
        {
            LockKind.Mutex => _memory.Objects.FindUInt(address, "mutex", "owner.counter") is { } owner && (owner & 1) != 0 && ((owner & ~7UL) == 0 || owner >= KernelHalf),
            LockKind.RwSemaphore => _memory.Objects.FindUInt(address, "rw_semaphore", "count.counter") is { } count && (count & 2) != 0 && count < KernelHalf,
            _ => false,
        };
    }

    private bool IsWaiter(VirtAddr waiter, ulong taskOffset) =>
        _memory.Objects.Reader.FindPointer(waiter + taskOffset) is { } at
        && (_memory.Tasks.FindByAddress(at)?.Stack ?? _memory.Objects.FindPointer(at, "task_struct", "stack")) is { } stack
        && waiter - stack < LockMemory.MaxStackBytes;

    private string? ModeOf(VirtAddr waiter, QueueShape shape)
    {
        if (shape.Kind == LockKind.RwSemaphore)
        {
            long read = _memory.Objects.Types.Catalog?.FindEnumerator("RWSEM_WAITING_FOR_READ") ?? 1;
            return _memory.Objects.FindUInt(waiter, shape.WaiterTag, "type") is { } type ? (long)type == read ? "reader" : "writer" : null;
        }

        const ulong Custom = 4;
        return shape.Kind != LockKind.PercpuRwSemaphore ? null
            : (_memory.Objects.FindUInt(waiter, shape.WaiterTag, "flags") & Custom) != 0 ? "reader" : "writer";
    }

    // task_struct.pi_blocked_on: every task that waits for an rt_mutex has it, and with PREEMPT_RT those that wait for any sleeping lock.
    private StackWait? FindByPriority(KernelTask task, LockKind kind)
    {
        if (_memory.Objects.FindPointer(task.Address, "task_struct", "pi_blocked_on") is not { } waiter
            || _memory.Objects.FindPointer(waiter, "rt_mutex_waiter", "task") != task.Address
            || _memory.Objects.FindPointer(waiter, "rt_mutex_waiter", "lock") is not { } inner)
        {
            return null;
        }

        string proof = FormattableString.Invariant($"task_struct.pi_blocked_on leads to its struct rt_mutex_waiter at {waiter}, which names the lock");
        if (kind == LockKind.RtMutex)
        {
            return new StackWait(LockKind.RtMutex, inner, waiter, null, proof);
        }

        (string tag, string member) = kind == LockKind.Mutex ? ("mutex", "rtmutex") : ("rw_semaphore", "rwbase.rtmutex");
        return _memory.Objects.Types.FindOffset(tag, member) is { } offset ? new StackWait(kind, inner - offset, waiter, null, proof) : null;
    }

    // task_struct.blocked_on (a mutex since 6.17) and task_struct.blocker (6.15; the lower bits are its kind).
    private StackWait? FindRecorded(KernelTask task, LockKind kind)
    {
        if (kind == LockKind.Mutex && IsMutexPointer() && _memory.Objects.FindPointer(task.Address, "task_struct", "blocked_on") is { } mutex)
        {
            return new StackWait(kind, mutex, mutex, null, "task_struct.blocked_on names the mutex");
        }

        if (_memory.Objects.FindUInt(task.Address, "task_struct", "blocker") is not { } blocker || blocker < 4)
        {
            return null;
        }

        LockKind recorded = (blocker & 3) switch { 0 => LockKind.Mutex, 1 => LockKind.Semaphore, _ => LockKind.RwSemaphore };
        string? mode = (blocker & 3) switch { 2 => "reader", 3 => "writer", _ => null };
        return recorded == kind ? new StackWait(kind, new VirtAddr(blocker & ~3UL), new VirtAddr(blocker & ~3UL), mode, "task_struct.blocker names the lock") : null;
    }

    private bool IsMutexPointer() =>
        _memory.Objects.Types.Catalog?.FindStruct("task_struct")?.FindField("blocked_on")?.Type.Unqualified is DebugInfo.Types.PointerType pointer
        && pointer.Target.Unqualified.Name == "mutex";

    // A writer that waits for the readers to leave is in no queue: the lock names it.
    private StackWait? FindPendingWriter(KernelTask task, VirtAddr from, VirtAddr to)
    {
        if (_memory.Objects.Types.FindOffset("percpu_rw_semaphore", "writer.task") is not { } writer)
        {
            return null;
        }

        ulong word = (ulong)_memory.Objects.Reader.WordSize;
        ulong length = Math.Min(to - from, LockMemory.MaxStackBytes);
        for (ulong at = 0; at + word <= length; at += word)
        {
            // The pointer to the lock is a saved register of the waiting function; what it points to names the task.
            foreach (ulong back in new[] { 0UL, writer })
            {
                if (_memory.Objects.Reader.FindPointer(from + at) is { Value: > ushort.MaxValue } pointer
                    && _memory.Objects.Reader.FindPointer(pointer - back + writer) == task.Address
                    && _memory.Objects.FindUInt(pointer - back, "percpu_rw_semaphore", "block.counter", "block") is 1)
                {
                    return new StackWait(LockKind.PercpuRwSemaphore, pointer - back, from + at, "writer", "its writer.task names the task and a pointer to it is on the task's stack");
                }
            }
        }

        return null;
    }

    private StackWait? FindBit(VirtAddr mention, KernelTask task)
    {
        const string tag = "wait_bit_queue_entry";
        string entry = _memory.Objects.Types.HasMember(tag, "wq_entry.private") ? "wq_entry" : "wait";
        if (_memory.Objects.Types.FindOffset(tag, entry + ".private") is not { } offset)
        {
            return null;
        }

        VirtAddr waiter = mention - offset;
        if (_memory.Objects.FindPointer(waiter, tag, "key.flags") is not { } word || _memory.Objects.FindInt(waiter, tag, "key.bit_nr") is not (>= -1 and < 64 and { } bit)
            || _memory.Objects.FindAddress(waiter, tag, entry + ".entry", entry + ".task_list") is not { } node || !IsLinked(node))
        {
            return null;
        }

        string proof = FormattableString.Invariant($"its struct {tag} at {waiter} names the task {task.Address} and the word, and is in a queue whose neighbours point back at it");
        return new StackWait(LockKind.Bit, word, waiter, null, proof) { Bit = (int)bit };
    }

    private StackWait? FindPage(VirtAddr mention)
    {
        const string tag = "wait_page_queue";
        if (_memory.Objects.Types.FindOffset(tag, "wait.private") is not { } offset)
        {
            return null;
        }

        VirtAddr waiter = mention - offset;
        if (_memory.Objects.FindPointer(waiter, tag, "folio", "page") is not { } page || _memory.Objects.FindInt(waiter, tag, "bit_nr") is not (>= 0 and < 64 and { } bit)
            || _memory.Objects.FindAddress(waiter, tag, "wait.entry", "wait.task_list") is not { } node || !IsLinked(node))
        {
            return null;
        }

        string proof = FormattableString.Invariant($"its struct {tag} at {waiter} names the task and the page, and is in a queue whose neighbours point back at it");
        return new StackWait(LockKind.Page, page, waiter, FlagName((int)bit), proof) { Bit = (int)bit };
    }

    private string? FlagName(int bit) =>
        s_pageFlags.FirstOrDefault(name => _memory.Objects.Types.Catalog?.FindEnumerator(name) == bit);
}
