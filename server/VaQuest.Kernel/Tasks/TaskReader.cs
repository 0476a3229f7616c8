// TaskReader: finds and reads every task_struct.
using VaQuest.Binary;
using VaQuest.Kernel.Cpus;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Tasks;

/// <summary>
/// Walks init_task.tasks and each process' threads, and adds the idle tasks and whatever the CPUs were executing, so that a broken list
/// still leaves the tasks that matter most.
/// </summary>
internal sealed class TaskReader
{
    /// <summary>PID_MAX_LIMIT on 64-bit machines.</summary>
    private const int MaxTasks = 4 * 1024 * 1024;

    /// <summary>Pages of one process that fit into an address space of 64 bits; more are damage.</summary>
    private const long MaxPages = 1L << 51;

    /// <summary>Processes with broken lists of threads that are told one by one: in a filtered dump, all of them are broken for the same reason.</summary>
    private const int MaxNamedGroups = 3;

    private const ulong KernelThreadFlag = 0x00200000;

    private readonly KernelObjects _objects;
    private readonly CpuTable _cpus;
    private int _brokenGroups;
    private readonly Func<string, VirtAddr?> _symbol;
    private readonly int _pageSize;
    private readonly List<string> _warnings = [];
    private readonly AddressMap _seen = new();
    private VirtAddr[] _addresses = new VirtAddr[256];
    private int _count;

    private TaskReader(KernelObjects objects, CpuTable cpus, Func<string, VirtAddr?> symbol, int pageSize)
    {
        _objects = objects;
        _cpus = cpus;
        _symbol = symbol;
        _pageSize = pageSize;
    }

    public static TaskList Read(KernelObjects objects, CpuTable cpus, Func<string, VirtAddr?> symbol, int pageSize)
    {
        if (objects.Types.Catalog is null)
        {
            return new TaskList([], [], "the layout of task_struct is not known: the kernel has no BTF in the dump and no vmlinux was given");
        }

        if (symbol("init_task") is not { } initTask)
        {
            return new TaskList([], [], "init_task is not a known symbol");
        }

        if (!objects.Types.HasMember("task_struct", "pid") || !objects.Types.HasMember("task_struct", "comm"))
        {
            return new TaskList([], [], $"{objects.Types.Catalog.Origin} has no struct task_struct");
        }

        return new TaskReader(objects, cpus, symbol, pageSize).ReadAll(initTask);
    }

    private TaskList ReadAll(VirtAddr initTask)
    {
        var onCpu = new AddressMap();
        VirtAddr[] running = FindRunning(onCpu);
        AddIdleTasks(initTask);
        AddProcesses(initTask);
        foreach (VirtAddr task in running)
        {
            if (task.Value != 0)
            {
                Add(task);
            }
        }

        var tasks = new List<KernelTask>(_count);
        int unread = 0;
        foreach (VirtAddr address in _addresses.AsSpan(0, _count))
        {
            if (ReadTask(address, onCpu) is { } task)
            {
                tasks.Add(task);
            }
            else if (++unread <= 4)
            {
                _warnings.Add(FormattableString.Invariant($"the task at {address} could not be read: its task_struct is not in the dump"));
            }
        }

        return new TaskList(tasks, _warnings, null);
    }

    private void Add(VirtAddr task)
    {
        if (_count >= MaxTasks || !_seen.TryAdd(task.Value, _count))
        {
            return;
        }

        if (_count == _addresses.Length)
        {
            Array.Resize(ref _addresses, _count * 2);
        }

        _addresses[_count++] = task;
    }

    /// <summary>What each CPU was executing: pcpu_hot (6.2 to 6.14), current_task, else the run queue's own record.</summary>
    private VirtAddr[] FindRunning(AddressMap onCpu)
    {
        var running = new VirtAddr[_cpus.Possible.Count];
        VirtAddr? current = _symbol("pcpu_hot") is { } hot && _objects.Types.FindOffset("pcpu_hot", "current_task") is { } offset
            ? hot + offset
            : _symbol("current_task");
        VirtAddr? queues = _symbol("runqueues");
        for (int i = 0; i < running.Length; i++)
        {
            int cpu = _cpus.Possible[i];
            VirtAddr? task = _cpus.FindPerCpu(current, cpu) is { } at ? _objects.Reader.FindPointer(at) : null;
            task ??= _cpus.FindPerCpu(queues, cpu) is { } queue ? _objects.FindPointer(queue, "rq", "curr") : null;
            if (task is { } found)
            {
                running[i] = found;
                onCpu.TryAdd(found.Value, cpu);
            }
        }

        return running;
    }

    private void AddIdleTasks(VirtAddr initTask)
    {
        Add(initTask);
        VirtAddr? queues = _symbol("runqueues");
        VirtAddr? idleThreads = _symbol("idle_threads");
        foreach (int cpu in _cpus.Possible)
        {
            VirtAddr? idle = _cpus.FindPerCpu(queues, cpu) is { } queue ? _objects.FindPointer(queue, "rq", "idle") : null;
            idle ??= _cpus.FindPerCpu(idleThreads, cpu) is { } slot ? _objects.Reader.FindPointer(slot) : null;
            if (idle is { } found)
            {
                Add(found);
            }
        }
    }

    private void AddProcesses(VirtAddr initTask)
    {
        if (_objects.Types.FindOffset("task_struct", "tasks") is not { } link)
        {
            _warnings.Add("task_struct has no member tasks here; only running tasks are listed");
            return;
        }

        VirtAddr[] leaders = _objects.ReadList(initTask + link, link, MaxTasks, out string? damage);
        if (damage is not null)
        {
            _warnings.Add("the list of processes is damaged: " + damage);
        }

        foreach (VirtAddr leader in leaders)
        {
            Add(leader);
            AddThreads(leader);
        }

        if (_brokenGroups > MaxNamedGroups)
        {
            _warnings.Add(FormattableString.Invariant($"the threads of {_brokenGroups - MaxNamedGroups} more tasks are not all known, for reasons of the same kind"));
        }
    }

    /// <summary>signal_struct.thread_head with task_struct.thread_node since 3.14; thread_group until 6.6.</summary>
    private void AddThreads(VirtAddr leader)
    {
        VirtAddr[] threads;
        string? damage;
        if (_objects.Types.FindOffset("signal_struct", "thread_head") is { } head
            && _objects.Types.FindOffset("task_struct", "thread_node") is { } node
            && _objects.FindPointer(leader, "task_struct", "signal") is { } signal)
        {
            threads = _objects.ReadList(signal + head, node, MaxTasks, out damage);
        }
        else if (_objects.Types.FindOffset("task_struct", "thread_group") is { } group)
        {
            threads = _objects.ReadList(leader + group, group, MaxTasks, out damage);
        }
        else
        {
            return;
        }

        if (damage is not null && ++_brokenGroups <= MaxNamedGroups)
        {
            _warnings.Add(FormattableString.Invariant($"the threads of the task at {leader} are not all known: {damage}"));
        }

        foreach (VirtAddr thread in threads)
        {
            Add(thread);
        }
    }

    private KernelTask? ReadTask(VirtAddr address, AddressMap onCpu)
    {
        long? pid = _objects.FindInt(address, "task_struct", "pid");
        string? comm = _objects.FindText(address, "task_struct", "comm");
        if (pid is null || comm is null)
        {
            return null;
        }

        int runningCpu = onCpu.Find(address.Value);
        bool isOnCpu = runningCpu >= 0;
        ulong? flags = _objects.FindUInt(address, "task_struct", "flags");
        VirtAddr? space = _objects.FindPointer(address, "task_struct", "mm");
        VirtAddr? parent = _objects.FindPointer(address, "task_struct", "real_parent", "parent");
        return new KernelTask
        {
            Address = address,
            Pid = (int)pid,
            Tgid = (int?)_objects.FindInt(address, "task_struct", "tgid"),
            ParentPid = parent is { } at ? (int?)_objects.FindInt(at, "task_struct", "tgid") : null,
            Comm = CommText.Escape(comm),
            State = ReadState(address),
            Cpu = isOnCpu ? runningCpu : ReadCpu(address),
            IsOnCpu = isOnCpu,
            IsKernelThread = flags is { } bits ? (bits & KernelThreadFlag) != 0 : space is null,
            Stack = _objects.FindPointer(address, "task_struct", "stack"),
            ResidentBytes = space is { } mm ? ReadResident(mm) : null,
            VirtualBytes = space is { } vm ? BytesOf(_objects.FindUInt(vm, "mm_struct", "total_vm")) : null,
        };
    }

    // More pages than any machine's address space has are damage, and not a size.
    private ulong? BytesOf(ulong? pages) => pages is { } count && count < ulong.MaxValue / (ulong)_pageSize ? count * (ulong)_pageSize : null;

    private string ReadState(VirtAddr task)
    {
        ulong? state = _objects.FindUInt(task, "task_struct", "__state", "state");
        ulong? exit = _objects.FindUInt(task, "task_struct", "exit_state");
        return state is { } bits ? TaskState.Letter(bits, exit ?? 0) : "?";
    }

    /// <summary>task_struct.cpu until 5.15 (4.9+), thread_info.cpu inside it since, thread_info on the stack before.</summary>
    private int? ReadCpu(VirtAddr task)
    {
        ulong? cpu = _objects.FindUInt(task, "task_struct", "thread_info.cpu", "cpu");
        if (cpu is null && _objects.FindPointer(task, "task_struct", "stack") is { } stack)
        {
            cpu = _objects.FindUInt(stack, "thread_info", "cpu");
        }

        return cpu is < CpuTable.MaxCpus ? (int)cpu : null;
    }

    /// <summary>File, anonymous and shared pages: plain counters until 6.1, per-CPU counters since.</summary>
    private ulong? ReadResident(VirtAddr space)
    {
        ulong pages = 0;
        foreach (string counter in new[] { "MM_FILEPAGES", "MM_ANONPAGES", "MM_SHMEMPAGES" })
        {
            if (_objects.Types.Catalog?.FindEnumerator(counter) is not { } index || ReadCounter(space, (ulong)index) is not { } value)
            {
                return null;
            }

            pages = unchecked(pages + (ulong)Math.Clamp(value, 0, MaxPages));
            if (value > MaxPages)
            {
                return null;
            }
        }

        return BytesOf(pages);
    }

    private long? ReadCounter(VirtAddr space, ulong index)
    {
        KernelReader reader = _objects.Reader;
        if (_objects.Types.FindOffset("mm_struct", "rss_stat.count") is { } plain)
        {
            return reader.TryReadWord(space + plain + (index * (ulong)reader.WordSize), out ulong value) ? reader.SignExtendWord(value) : null;
        }

        if (_objects.Types.FindOffset("mm_struct", "rss_stat") is not { } start || _objects.Types.FindSize("percpu_counter") is not { } size)
        {
            return null;
        }

        VirtAddr counter = space + start + (index * (ulong)size);
        if (_objects.FindInt(counter, "percpu_counter", "count") is not { } sum)
        {
            return null;
        }

        VirtAddr? perCpu = _objects.FindPointer(counter, "percpu_counter", "counters");
        foreach (int cpu in _cpus.Possible)
        {
            if (_cpus.FindPerCpu(perCpu, cpu) is { } at && reader.TryReadInt32(at, out int part))
            {
                sum = unchecked(sum + part);
            }
        }

        return sum;
    }
}
