// LockMemory: what the lock decoders read with.
using VaQuest.Binary;
using VaQuest.Kernel.Cpus;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Locks;

/// <summary>Members, tasks, CPUs and symbols, as one argument.</summary>
/// <param name="Objects">Members of structures.</param>
/// <param name="Tasks">All tasks, to hold owner words against.</param>
/// <param name="Cpus">CPUs and their per-CPU variables.</param>
/// <param name="FindSymbol">Run-time address of a symbol of the kernel image, or null.</param>
internal sealed record LockMemory(KernelObjects Objects, TaskList Tasks, CpuTable Cpus, Func<string, VirtAddr?> FindSymbol)
{
    /// <summary>Waiters of one lock; there is one per blocked task, and machines with more blocked tasks than this have other problems.</summary>
    public const int MaxWaiters = 65536;

    /// <summary>The largest kernel stack of a supported architecture (KASAN doubles x86's 16 KiB, arm64 has up to 64 KiB).</summary>
    public const ulong MaxStackBytes = 65536;

    /// <summary>Names of the structure and members of a wait queue's entry, since 4.13 and before.</summary>
    public static readonly (string Tag, string Link)[] WaitEntries = [("wait_queue_entry", "entry"), ("__wait_queue", "task_list")];

    /// <summary>The head of a wait queue, since 4.13 and before.</summary>
    public static readonly (string Tag, string Head)[] WaitHeads = [("wait_queue_head", "head"), ("__wait_queue_head", "task_list")];

    /// <summary>
    /// A task that a lock names: the address without <paramref name="flags"/>, with a sentence when no task of the dump has it.
    /// </summary>
    public VirtAddr? OwnerOf(ulong word, ulong flags, List<string> damage)
    {
        ulong address = word & ~flags;
        if (address == 0)
        {
            return null;
        }

        var owner = new VirtAddr(address);
        if (Tasks.FindByAddress(owner) is null)
        {
            damage.Add(FormattableString.Invariant($"its owner word 0x{word:x} names no task of this dump: {WhyNoTask(owner)}"));
        }

        return owner;
    }

    /// <summary>Why an address that should be a task's is in no list of tasks.</summary>
    public string WhyNoTask(VirtAddr task) => !Objects.Reader.TryReadWord(task, out _) ? "its task_struct is not in the dump"
        : Tasks.Warnings.Count > 0 ? "the list of tasks is not complete in this dump" : "the task has exited, or the word is damaged";

    /// <summary>
    /// The waiters of a list_head, or of a first_waiter pointer where the lock has one instead (the head is then no entry of its own).
    /// </summary>
    /// <param name="lockTag">Structure of the lock.</param>
    /// <param name="lockAddress">The lock.</param>
    /// <param name="waiterTag">Structure of a waiter.</param>
    /// <param name="modeOf">Tells what a waiter waits for, or null.</param>
    /// <param name="damage">Takes what is wrong.</param>
    public IReadOnlyList<LockWaiter> ReadWaiters(
        string lockTag, VirtAddr lockAddress, string waiterTag, Func<VirtAddr, string?>? modeOf, List<string> damage)
    {
        if (Objects.Types.FindOffset(waiterTag, "list") is not { } link)
        {
            damage.Add($"the layout of struct {waiterTag} is not known, so its waiters are not either");
            return [];
        }

        VirtAddr[] nodes;
        string? problem;
        if (Objects.FindAddress(lockAddress, lockTag, "wait_list") is { } head)
        {
            nodes = Objects.ReadList(head, link, MaxWaiters, out problem);
        }
        else if (Objects.FindPointer(lockAddress, lockTag, "first_waiter") is { } first)
        {
            VirtAddr[] others = Objects.ReadList(first + link, link, MaxWaiters, out problem);
            nodes = [first, .. others];
        }
        else
        {
            return [];
        }

        if (problem is not null)
        {
            damage.Add(problem);
        }

        return [.. nodes.Select(node => new LockWaiter(node, Objects.FindPointer(node, waiterTag, "task"), null, modeOf?.Invoke(node)))];
    }

    /// <summary>A state for a lock whose words are not in the dump or whose layout is not known.</summary>
    public static LockState Unread(LockKind kind, VirtAddr address, string why) => new()
    {
        Kind = kind,
        Address = address,
        State = "unknown",
        NoOwner = why,
        Damage = [why],
    };

    /// <summary>Why a member has no value: the layout lacks it, or its page is not in the dump.</summary>
    public string WhyUnread(VirtAddr address, string tag, string member) => Objects.Types.FindOffset(tag, member) is not { } offset
        ? $"this kernel's struct {tag} has no member {member} that is known"
        : FormattableString.Invariant($"{tag}.{member} at {address + offset} is not in the dump");
}
