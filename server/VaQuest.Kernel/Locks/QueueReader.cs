// QueueReader: decodes semaphores, completions and wait queues, which have waiters but no owner.
using VaQuest.Binary;

namespace VaQuest.Kernel.Locks;

/// <summary>struct semaphore, struct completion (over swait since 5.7, over a wait queue before), struct wait_queue_head.</summary>
internal static class QueueReader
{
    private const ulong Exclusive = 1;

    public static LockState ReadSemaphore(LockMemory memory, VirtAddr address)
    {
        if (memory.Objects.FindUInt(address, "semaphore", "count") is not { } count)
        {
            return LockMemory.Unread(LockKind.Semaphore, address, memory.WhyUnread(address, "semaphore", "count"));
        }

        // CONFIG_DETECT_HUNG_TASK_BLOCKER (6.16) records who took it last.
        var damage = new List<string>();
        ulong last = memory.Objects.FindUInt(address, "semaphore", "last_holder") ?? 0;
        VirtAddr? owner = count == 0 ? memory.OwnerOf(last, 0, damage) : null;
        return new LockState
        {
            Kind = LockKind.Semaphore,
            Address = address,
            IsHeld = count == 0,
            State = FormattableString.Invariant($"count {count}"),
            Owner = owner,
            IsOwnerExact = false,
            NoOwner = owner is not null ? null : count > 0 ? "it can be taken" : "a semaphore does not record who took it",
            Waiters = memory.ReadWaiters("semaphore", address, "semaphore_waiter", null, damage),
            Damage = damage,
        };
    }

    public static LockState ReadCompletion(LockMemory memory, VirtAddr address)
    {
        if (memory.Objects.FindUInt(address, "completion", "done") is not { } done)
        {
            return LockMemory.Unread(LockKind.Completion, address, memory.WhyUnread(address, "completion", "done"));
        }

        var damage = new List<string>();
        IReadOnlyList<LockWaiter> waiters = memory.Objects.Types.HasMember("completion", "wait.task_list") && memory.Objects.Types.HasMember("swait_queue", "task_list")
            && !memory.Objects.Types.HasMember("__wait_queue", "task_list")
            ? ReadSimpleQueue(memory, address, damage)
            : memory.Objects.FindAddress(address, "completion", "wait") is { } queue ? ReadQueue(memory, queue, damage) : [];
        return new LockState
        {
            Kind = LockKind.Completion,
            Address = address,
            State = done == 0 ? "not done" : done == uint.MaxValue ? "done for all" : FormattableString.Invariant($"done {done} times"),
            NoOwner = "a completion does not record who is to complete it",
            Waiters = waiters,
            Damage = damage,
        };
    }

    public static LockState ReadWaitQueue(LockMemory memory, VirtAddr address)
    {
        var damage = new List<string>();
        IReadOnlyList<LockWaiter> waiters = ReadQueue(memory, address, damage);
        return new LockState
        {
            Kind = LockKind.WaitQueue,
            Address = address,
            State = FormattableString.Invariant($"{waiters.Count} waiting"),
            NoOwner = "a wait queue does not record who is to wake it",
            Waiters = waiters,
            Damage = damage,
        };
    }

    /// <summary>The entries of a wait queue. An entry's private word names a task for the kernel's own wake functions only.</summary>
    public static IReadOnlyList<LockWaiter> ReadQueue(LockMemory memory, VirtAddr queue, List<string> damage, Func<ulong, string?>? modeOf = null)
    {
        for (int i = 0; i < LockMemory.WaitHeads.Length; i++)
        {
            (string tag, string member) = LockMemory.WaitHeads[i];
            (string entry, string link) = LockMemory.WaitEntries[i];
            if (memory.Objects.FindAddress(queue, tag, member) is not { } head || memory.Objects.Types.FindOffset(entry, link) is not { } offset)
            {
                continue;
            }

            VirtAddr[] nodes = memory.Objects.ReadList(head, offset, LockMemory.MaxWaiters, out string? problem);
            if (problem is not null)
            {
                damage.Add(problem);
            }

            return [.. nodes.Select(node => EntryOf(memory, node, entry, modeOf))];
        }

        damage.Add("the layout of wait queues is not known");
        return [];
    }

    private static LockWaiter EntryOf(LockMemory memory, VirtAddr node, string tag, Func<ulong, string?>? modeOf)
    {
        VirtAddr? task = memory.Objects.FindPointer(node, tag, "private");
        ulong flags = memory.Objects.FindUInt(node, tag, "flags") ?? 0;
        string? mode = modeOf is null ? (flags & Exclusive) != 0 ? "exclusive" : null : modeOf(flags);
        return new LockWaiter(node, task is { } at && memory.Tasks.FindByAddress(at) is not null ? at : null, null, mode);
    }

    private static IReadOnlyList<LockWaiter> ReadSimpleQueue(LockMemory memory, VirtAddr completion, List<string> damage)
    {
        if (memory.Objects.FindAddress(completion, "completion", "wait.task_list") is not { } head
            || memory.Objects.Types.FindOffset("swait_queue", "task_list") is not { } link)
        {
            return [];
        }

        VirtAddr[] nodes = memory.Objects.ReadList(head, link, LockMemory.MaxWaiters, out string? problem);
        if (problem is not null)
        {
            damage.Add(problem);
        }

        return [.. nodes.Select(node => new LockWaiter(node, memory.Objects.FindPointer(node, "swait_queue", "task")))];
    }
}
