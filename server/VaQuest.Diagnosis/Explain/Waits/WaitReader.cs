// WaitReader: finds what one task waits for, and who has it.
using VaQuest.Binary;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel;
using VaQuest.Kernel.Health;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>Reads waits task by task. Safe for concurrent use; never throws on data.</summary>
internal sealed class WaitReader
{
    private readonly LinuxKernel _kernel;
    private readonly StackReader _stacks;
    private readonly SessionValues _values;
    private readonly KernelLocks _locks;
    private readonly LockNames _names;
    private readonly SpinSearch _spins;
    private readonly CompletionOwners _completions;
    private readonly Lazy<RcuGracePeriod> _rcu;
    private readonly Lazy<WaitClock> _clock;
    private readonly IoWaits _io;
    private readonly SrcuWaits _srcu;

    public WaitReader(OpenedDump opened, StackReader stacks, SessionValues values)
    {
        _kernel = opened.Kernel;
        _stacks = stacks;
        _values = values;
        _locks = new KernelLocks(_kernel);
        _names = new LockNames(values, _kernel.Symbols.FindAt);
        _spins = new SpinSearch(_kernel, _locks, values);
        _completions = new CompletionOwners(_kernel, _locks);
        _rcu = new Lazy<RcuGracePeriod>(_locks.Rcu.Read);
        _clock = new Lazy<WaitClock>(() => WaitClock.Read(_kernel));
        _io = new IoWaits(_kernel);
        _srcu = new SrcuWaits(_kernel, values);
    }

    /// <summary>Decodes locks.</summary>
    public KernelLocks Locks => _locks;

    /// <summary>Names locks.</summary>
    public LockNames Names => _names;

    /// <summary>The stack of a task with inlined frames.</summary>
    public StackTrace StackOf(KernelTask task) => _stacks.Expand(_kernel.Stacks.Unwind(task));

    /// <summary>How a task waits, by the functions on its stack; cheap.</summary>
    public WaitSite SiteOf(KernelTask task)
    {
        IReadOnlyList<StackFrame> frames = _kernel.Stacks.Unwind(task).Frames;
        return task.IsOnCpu ? WaitPrimitives.ClassifyRunning(frames, StartOf(frames)) : WaitPrimitives.Classify(frames);
    }

    /// <summary>Reads a wait; the holders of spinlocks are still missing (<see cref="WithSpinHolders"/>).</summary>
    public TaskWait Read(KernelTask task, WaitSite site) => WithIo(_srcu.Name(ReadTask(task, site), site.Primitive) with { Seconds = _clock.Value.SecondsSinceRun(task) });

    private TaskWait WithIo(TaskWait wait)
    {
        bool mayBe = wait.Holders.Count == 0 && (wait.IsIo || wait.Class is WaitClass.Page or WaitClass.Bit);
        return mayBe && _io.Find(wait) is { } io ? wait with { Io = io, NoHolder = $"it waits for {io.Text}" } : wait;
    }

    private TaskWait ReadTask(KernelTask task, WaitSite site)
    {
        StackTrace stack = StackOf(task);
        StackFrame? caller = site.Caller is { } physical ? TaskActivity.Logical(stack, physical) : null;
        var wait = new TaskWait { Task = task, Stack = stack, Class = site.Class, What = WhatOf(site, caller), Caller = caller, IsIo = site.IsIo };
        if (WaitPrimitives.LockOf(site.Class) is not { } kind)
        {
            return wait with { NoHolder = "nobody is known to hold it up" };
        }

        (VirtAddr Lock, string Proof, bool IsProved, StackWait? Structure)? found = task.IsOnCpu ? FindSpun(stack, site, kind) : FindSlept(task, stack, site, kind);
        if (found is not { } known)
        {
            return WithoutLock(wait, site);
        }

        LockState state = _locks.Read(kind, known.Lock);
        int callerIndex = caller is null ? -1 : caller.Index;
        string name = _names.Find(known.Lock, kind, stack, callerIndex);
        wait = wait with
        {
            Lock = state,
            LockName = name,
            What = WhatOf(site, caller, kind, name, known.Structure),
            Mode = known.Structure?.Mode,
            Proof = known.Proof,
            IsProved = known.IsProved,
        };
        return WithHolders(wait, state);
    }

    /// <summary>Adds who may hold a spinlock, once it is known who waits for which.</summary>
    public TaskWait WithSpinHolders(TaskWait wait, IReadOnlyList<TaskWait> all)
    {
        if (wait.Class is not (WaitClass.SpinLock or WaitClass.RwLock) || wait.Lock is not { Owner: null, IsHeld: true } state)
        {
            return wait;
        }

        var waiting = new HashSet<ulong>(all.Where(other => other.LockAddress == state.Address).Select(other => other.Task.Address.Value));
        List<WaitHolder> holders = _spins.FindHolders(state.Address, wait.Task, waiting, StackOf);
        return wait with { Holders = holders, NoHolder = holders.Count > 0 ? null : state.NoOwner };
    }

    // Behind the entry of the interrupt that found the CPU spinning.
    private static int StartOf(IReadOnlyList<StackFrame> frames)
    {
        int start = 0;
        for (int i = 0; i < frames.Count; i++)
        {
            if (Culprit.IsEntry(frames[i]))
            {
                return i + 1;
            }

            start = WaitPrimitives.NameOf(frames[i]) is { } name && Plumbing.Contains(name) ? i + 1 : start;
        }

        return start;
    }

    private (VirtAddr Lock, string Proof, bool IsProved, StackWait? Structure)? FindSlept(KernelTask task, StackTrace stack, WaitSite site, LockKind kind)
    {
        if (StackRange(task, stack) is { } range && _locks.Waiters.Find(task, range.From, range.To, kind) is { } wait)
        {
            return (wait.Lock, wait.Proof, true, wait);
        }

        return FindArgument(stack, site, kind) is { } argument ? (argument.Lock, argument.Proof, true, null) : null;
    }

    private (VirtAddr Lock, string Proof, bool IsProved, StackWait? Structure)? FindSpun(StackTrace stack, WaitSite site, LockKind kind)
    {
        IReadOnlyList<StackFrame> physical = TaskActivity.Physical(stack.Frames);
        int start = StartOf(physical);
        int first = start < physical.Count ? FirstAt(stack, physical[start]) : -1;
        int caller = site.Caller is { } outer ? LastAt(stack, outer) : stack.Frames.Count;
        return first >= 0 && _spins.Find(stack, first, caller, kind) is { } found ? (found.Lock, found.Proof, found.IsProved, null) : null;
    }

    // Without a waiter's structure: the argument of mutex_lock() and its like, when it reads as a held lock.
    private (VirtAddr Lock, string Proof)? FindArgument(StackTrace stack, WaitSite site, LockKind kind)
    {
        int caller = site.Caller is { } outer ? LastAt(stack, outer) : 0;
        if (kind is LockKind.Completion or LockKind.WaitQueue or LockKind.Bit or LockKind.Page || _spins.Find(stack, 0, caller, kind) is not { } found)
        {
            return null;
        }

        return (found.Lock, found.Proof);
    }

    private static (VirtAddr From, VirtAddr To)? StackRange(KernelTask task, StackTrace stack)
    {
        VirtAddr? from = stack.Frames.Select(frame => frame.Sp).FirstOrDefault(sp => sp is not null);
        VirtAddr? to = stack.Frames.Select(frame => frame.Sp).LastOrDefault(sp => sp is not null);
        const ulong lastFrame = 256;
        const ulong wholeStack = 16384;
        if (from is { } low && to is { } high && high >= low)
        {
            return (low, high + lastFrame);
        }

        return task.Stack is { } bottom ? (bottom, bottom + wholeStack) : null;
    }

    private static int FirstAt(StackTrace stack, StackFrame physical) => stack.Frames.FirstOrDefault(frame => frame.Pc == physical.Pc && frame.Kind != FrameKind.TailCall)?.Index ?? -1;

    private static int LastAt(StackTrace stack, StackFrame physical) => stack.Frames.LastOrDefault(frame => frame.Pc == physical.Pc && frame.Kind != FrameKind.TailCall)?.Index ?? 0;

    private TaskWait WithHolders(TaskWait wait, LockState state)
    {
        if (wait.Class == WaitClass.Rcu)
        {
            return WithRcu(wait);
        }

        if (state.Kind == LockKind.Completion)
        {
            (IReadOnlyList<WaitHolder> holders, string? what, string? none) = _completions.Find(state.Address);
            return wait with { Holders = holders, What = what ?? wait.What, NoHolder = holders.Count > 0 ? null : none ?? state.NoOwner };
        }

        if (state.Owner is not { } owner)
        {
            return wait with { NoHolder = state.NoOwner };
        }

        if (_kernel.Tasks.FindByAddress(owner) is not { } task)
        {
            return wait with { NoHolder = FormattableString.Invariant($"its owner word names {owner}, which is no task of this dump: {_locks.WhyNoTask(owner)}") };
        }

        string how = state.IsOwnerExact ? $"the {WaitWords.Of(state.Kind)} names it as its owner"
            : state.Kind == LockKind.RwSemaphore ? "it is the last reader that took it, as the lock notes; it may have let go since" : "it is the last that took it";
        return wait with { Holders = [new WaitHolder(task, state.IsOwnerExact, how)] };
    }

    private TaskWait WithoutLock(TaskWait wait, WaitSite site) => site.Class == WaitClass.Rcu ? WithRcu(wait)
        : wait with { NoHolder = site.Class == WaitClass.Timer ? "it waits for a time and for nobody" : "which one it is could not be found" };

    /// <summary>RCU's grace period and who holds it up, as the wait of the task that runs it.</summary>
    public TaskWait ReadGracePeriod()
    {
        KernelTask task = _kernel.Tasks.All.FirstOrDefault(candidate => candidate.Comm is "rcu_preempt" or "rcu_sched") ?? _kernel.Tasks.All[0];
        return WithRcu(new TaskWait { Task = task, Stack = StackOf(task), Class = WaitClass.Rcu, What = "an RCU grace period" });
    }

    private TaskWait WithRcu(TaskWait wait)
    {
        RcuGracePeriod period = _rcu.Value;
        if (period.Missing is { } missing)
        {
            return wait with { NoHolder = missing };
        }

        var holders = new List<WaitHolder>();
        foreach (VirtAddr reader in period.Readers)
        {
            if (_kernel.Tasks.FindByAddress(reader) is { } task)
            {
                holders.Add(new WaitHolder(task, true, "it was preempted inside of a read section and is in rcu_node.blkd_tasks"));
            }
        }

        foreach (int cpu in period.Cpus.Concat(period.ExpeditedCpus).Distinct())
        {
            if (_kernel.Tasks.FindOnCpu(cpu) is { } task && holders.All(holder => holder.Task.Address != task.Address) && task.Address != wait.Task.Address)
            {
                holders.Add(new WaitHolder(task, true, FormattableString.Invariant($"CPU {cpu} has not passed a quiescent state: its bit is set in rcu_node")));
            }
        }

        return wait with
        {
            Holders = holders,
            NoHolder = holders.Count > 0 ? null : period.IsInProgress ? "no CPU and no reader holds it up: it is about to end" : "no grace period is in progress",
        };
    }

    private static string WhatOf(WaitSite site, StackFrame? caller) => site.Class switch
    {
        WaitClass.Flush => "a work item or workqueue to be done",
        WaitClass.Rcu => "an RCU grace period",
        WaitClass.Timer => "a time",
        WaitClass.Event => "an event" + (caller is null ? "" : " in " + FrameText.FunctionOf(caller)),
        WaitClass.CpuCall => "other CPUs to answer a call",
        WaitClass.Thread => "a kernel thread to end",
        WaitClass.Page => "a page",
        WaitClass.Bit => "a bit",
        _ => "a " + WaitWords.Of(WaitPrimitives.LockOf(site.Class) ?? LockKind.WaitQueue),
    };

    private static string WhatOf(WaitSite site, StackFrame? caller, LockKind kind, string name, StackWait? structure) => site.Class switch
    {
        WaitClass.Flush or WaitClass.Rcu or WaitClass.Thread => WhatOf(site, caller),
        WaitClass.Event or WaitClass.Timer => $"an event on the wait queue {name}",
        WaitClass.Bit => FormattableString.Invariant($"bit {structure?.Bit} of the word {name}"),
        WaitClass.Page when structure?.Mode == "PG_locked" => $"the lock of page {name}",
        WaitClass.Page when structure?.Mode == "PG_writeback" => $"the writeback of page {name}",
        WaitClass.Page => FormattableString.Invariant($"flag {structure?.Bit} of page {name}"),
        _ => $"the {WaitWords.Of(kind)} {name}",
    };
}
