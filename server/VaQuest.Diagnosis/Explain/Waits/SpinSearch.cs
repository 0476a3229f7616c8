// SpinSearch: which spinlock a CPU waits for, and who may hold it.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>
/// The lock is what debug information says of the waiting function's argument, or what a register points to if that reads as a spinlock with a
/// waiter. A spinlock's holder is not recorded; it cannot sleep, so it is on a CPU that does not wait for the same lock.
/// </summary>
internal sealed class SpinSearch(LinuxKernel kernel, KernelLocks locks, SessionValues values)
{
    /// <summary>Of a lock word: locked and one waiter that has not queued itself (_Q_LOCKED_VAL | _Q_PENDING_VAL).</summary>
    private const ulong LockedAndPending = 0x101;

    private static readonly HashSet<string> s_names = new(StringComparer.Ordinal) { "lock", "sem", "rwlock" };

    /// <summary>The lock that the innermost frames wait for; null when it is not known.</summary>
    /// <param name="stack">With inlined frames.</param>
    /// <param name="first">Index of the innermost frame that waits.</param>
    /// <param name="caller">Index of the first frame that does not wait itself.</param>
    /// <param name="kind">What kind of lock.</param>
    public (VirtAddr Lock, string Proof, bool IsProved)? Find(StackTrace stack, int first, int caller, LockKind kind)
    {
        for (int i = first; i < caller && i < stack.Frames.Count; i++)
        {
            FrameValue? value = values.ReadFrame(stack, i).Values.FirstOrDefault(candidate => candidate.IsArgument && s_names.Contains(candidate.Name));
            TypedValue? known = value is null ? null : value.Absence is null ? value.Value : value.AtEntry;
            if (known is not null && values.Kernel.Resolve(value!.Type) is PointerType && values.Kernel.TryReadPointer(known, out VirtAddr address, out _)
                && address.Value > ushort.MaxValue && locks.Read(kind, address) is { IsHeld: true })
            {
                return (address, $"the argument {value.Name} of {FrameText.FunctionOf(stack.Frames[i])} points to it, and it is locked", true);
            }
        }

        return kind == LockKind.SpinLock && stack.Cpu is { } cpu ? FindByRegister(stack, first, caller, cpu) : null;
    }

    /// <summary>The tasks that may hold a spinlock: on the other CPUs, not waiting for it themselves.</summary>
    /// <param name="address">The lock.</param>
    /// <param name="waiter">The task that waits.</param>
    /// <param name="waiting">All tasks that are known to wait for this lock.</param>
    /// <param name="stackOf">The stack of what a CPU executes, with inlined frames.</param>
    public List<WaitHolder> FindHolders(VirtAddr address, KernelTask waiter, IReadOnlySet<ulong> waiting, Func<KernelTask, StackTrace> stackOf)
    {
        var candidates = new List<WaitHolder>();
        bool isEveryCpuKnown = true;
        foreach (int cpu in kernel.Cpus.Possible)
        {
            isEveryCpuKnown &= kernel.Tasks.FindOnCpu(cpu) is not null || !kernel.Registers.ContainsKey(cpu);
            if (kernel.Tasks.FindOnCpu(cpu) is not { } task || task.Address == waiter.Address || waiting.Contains(task.Address.Value))
            {
                continue;
            }

            if (FindMention(address, stackOf(task)) is { } how)
            {
                candidates.Insert(0, new WaitHolder(task, false, how));
            }
            else if (task.Pid != 0)
            {
                candidates.Add(new WaitHolder(task, false, "a spinlock's holder does not sleep, and this task is on another CPU and does not wait for the lock"));
            }
        }

        // With a mention the others are no more than bystanders; without one, only a single candidate means something.
        int mentioned = candidates.Count(candidate => candidate.How.Contains("leads to", StringComparison.Ordinal));
        return mentioned > 0 ? candidates[..mentioned] : candidates.Count == 1 && isEveryCpuKnown ? candidates : [];
    }

    private (VirtAddr Lock, string Proof, bool IsProved)? FindByRegister(StackTrace stack, int first, int caller, int cpu)
    {
        for (int i = first; i < caller && i < stack.Frames.Count; i++)
        {
            foreach ((string name, ulong value) in stack.Frames[i].Registers ?? [])
            {
                var address = new VirtAddr(value);
                if (value <= ushort.MaxValue || name is "rip" or "rsp" or "pc" or "sp" || (value & 3) != 0 || !kernel.Reader.TryReadUInt32(address, out uint word) || (word & 0xff) == 0)
                {
                    continue;
                }

                if (locks.IsQueued(address, cpu))
                {
                    return (address, FormattableString.Invariant($"register {name} points to it, and its queue names CPU {cpu}"), true);
                }

                // A guest spins without queueing (virt_spin_lock); the first argument's register still points to the lock there.
                bool isArgument = name is "rdi" or "x0" && stack.Frames[i].Symbol is null && WaitPrimitives.NameOf(stack.Frames[i])!.EndsWith("spin_lock_slowpath", StringComparison.Ordinal);
                if (word == LockedAndPending || (word == 1 && isArgument))
                {
                    return (address, $"register {name} points to a word that reads as a locked spinlock", false);
                }
            }
        }

        return null;
    }

    // A variable that leads to the object with the lock: its function works on that object.
    private string? FindMention(VirtAddr address, StackTrace stack)
    {
        for (int i = 0; i < stack.Frames.Count; i++)
        {
            foreach (FrameValue value in values.ReadFrame(stack, i).Values)
            {
                TypedValue? pointer = value.Absence is null ? value.Value : value.AtEntry;
                if (pointer is not null && values.Kernel.Resolve(value.Type) is PointerType type && values.Kernel.Resolve(type.Target) is StructType { ByteSize: { } size } target
                    && values.Kernel.TryReadPointer(pointer, out VirtAddr start, out _) && start.Value != 0 && address - start < (ulong)size
                    && LockNames.PathTo(values.Kernel, target, (long)(address - start)) is not null)
                {
                    return $"{value.Name} in its frame {FrameText.FunctionOf(stack.Frames[i])} leads to the object with the lock, and it does not wait for it";
                }
            }
        }

        return null;
    }
}
