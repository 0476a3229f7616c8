// PictureChooser: which waits are drawn, and their boxes and arrows.
using VaQuest.Diagnosis.Browse.Tree;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Waits.Picture;

/// <summary>Circles first, then the ends of chains with the most tasks behind them, then what waits for nobody that is known.</summary>
internal sealed class PictureChooser(WaitGraph graph, PictureLimits limits)
{
    private readonly List<PictureNode> _nodes = [];
    private readonly List<PictureEdge> _edges = [];
    private readonly Dictionary<ulong, int> _tasks = [];
    private readonly Dictionary<string, int> _things = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> _waiters = [];
    private readonly Dictionary<int, int> _hiddenBehind = [];
    private readonly HashSet<ulong> _drawn = [];
    private readonly HashSet<(int From, int To)> _connected = [];
    private readonly HashSet<(ulong Task, ulong Holder)> _circles = [];
    private readonly HashSet<ulong> _inCircle = [];
    private readonly Dictionary<ulong, RootBlocker> _roots = graph.Roots.ToDictionary(root => root.Task.Address.Value);

    public (List<PictureNode> Nodes, List<PictureEdge> Edges, int Hidden) Choose()
    {
        foreach (Deadlock deadlock in graph.Deadlocks)
        {
            for (int i = 0; i < deadlock.Waits.Count; i++)
            {
                _inCircle.Add(deadlock.Waits[i].Task.Address.Value);
                _circles.Add((deadlock.Waits[i].Task.Address.Value, deadlock.Waits[(i + 1) % deadlock.Waits.Count].Task.Address.Value));
            }
        }

        foreach (Deadlock deadlock in graph.Deadlocks)
        {
            Draw(deadlock.Waits);
            Draw(deadlock.Behind);
        }

        foreach (RootBlocker root in graph.Roots)
        {
            if (HasRoom)
            {
                AddTask(root.Task);
            }

            Draw(root.Wait is { } own ? [own, .. root.Behind] : root.Behind);
        }

        Draw([.. graph.Waits.Where(wait => !IsLinked(wait)).OrderBy(wait => wait.Io is null).ThenByDescending(wait => wait.Seconds ?? 0).Take(limits.MaxRest)]);
        AddHidden();
        return (_nodes, _edges, graph.Waits.Count(wait => !_drawn.Contains(wait.Task.Address.Value)));
    }

    /// <summary>A wait needs at most a task, a thing, a request or some holders, and their CPUs.</summary>
    private bool HasRoom => _nodes.Count + 4 <= limits.MaxNodes;

    private bool IsLinked(TaskWait wait) => wait.Holders.Count > 0 || graph.WaitersOf(wait.Task.Address).Count > 0;

    private void Draw(IReadOnlyList<TaskWait> waits)
    {
        foreach (TaskWait wait in waits)
        {
            if (HasRoom && !_drawn.Contains(wait.Task.Address.Value))
            {
                Draw(wait);
            }
        }
    }

    private void Draw(TaskWait wait)
    {
        ulong own = wait.Task.Address.Value;
        string key = KeyOf(wait);
        bool isNeeded = _inCircle.Contains(own) || graph.WaitersOf(wait.Task.Address).Count > 0;
        if (!isNeeded && _things.TryGetValue(key, out int known) && _waiters.GetValueOrDefault(known) >= limits.MaxWaiters)
        {
            _hiddenBehind[known] = _hiddenBehind.GetValueOrDefault(known) + 1;
            return;
        }

        _drawn.Add(own);
        int task = AddTask(wait.Task);
        int thing = AddThing(key, wait);
        _waiters[thing] = _waiters.GetValueOrDefault(thing) + 1;
        bool isCircle = wait.Holders.Any(holder => _circles.Contains((own, holder.Task.Address.Value)));
        Connect(task, thing, wait.Mode is "reader" or "writer" ? $"waits as {wait.Mode}" : "waits for", wait.IsProved, isCircle);
        if (wait.Io is { } io)
        {
            Connect(thing, AddIo(io), "needs", true, false);
        }

        int holders = 0;
        foreach (WaitHolder holder in wait.Holders)
        {
            bool isInCircle = _circles.Contains((own, holder.Task.Address.Value));
            if (isInCircle || (holders++ < limits.MaxHolders && HasRoom) || _tasks.ContainsKey(holder.Task.Address.Value))
            {
                Connect(thing, AddTask(holder.Task), WaitWords.Relation(wait, holder), holder.IsCertain, isInCircle);
            }
        }
    }

    private int AddTask(KernelTask task)
    {
        if (_tasks.TryGetValue(task.Address.Value, out int known))
        {
            return known;
        }

        TaskWait? wait = graph.Find(task.Address);
        RootBlocker? root = _roots.GetValueOrDefault(task.Address.Value);
        StackFrame? place = wait?.Caller ?? root?.Place;
        bool isInCircle = _inCircle.Contains(task.Address.Value);
        int behind = root?.Behind.Count ?? 0;
        List<PictureLink> links = [new("task", TaskTarget.Of(task))];
        if (place is not null && StackRenderer.TargetOf(place) is { } source)
        {
            links.Add(new PictureLink("source", source) { Line = PictureWords.PlaceLine });
        }

        int index = _tasks[task.Address.Value] = _nodes.Count;
        _nodes.Add(new PictureNode
        {
            Kind = PictureNodeKind.Task,
            Lines = PictureWords.LinesOf(task, wait, place, behind, isInCircle),
            Description = PictureWords.Describe(task, wait, place, behind, isInCircle),
            Links = links,
            IsInDeadlock = isInCircle,
            IsRoot = root is not null,
        });
        if (task.IsOnCpu)
        {
            AddCpu(task, index);
        }

        return index;
    }

    private void AddCpu(KernelTask task, int from)
    {
        string name = FormattableString.Invariant($"CPU {task.Cpu}");
        if (!_things.TryGetValue(name, out int index))
        {
            index = _things[name] = _nodes.Count;
            _nodes.Add(new PictureNode
            {
                Kind = PictureNodeKind.Cpu,
                Lines = [name],
                Description = $"{name}, which executes {WaitWords.InSentence(task)}",
                Links = [new PictureLink("run queue", new SpanTarget { Page = FormattableString.Invariant($"runq/{task.Cpu}") })],
            });
        }

        Connect(from, index, "runs on", true, false);
    }

    // One thing for everybody who waits for it; what has no address is told apart by its words.
    private static string KeyOf(TaskWait wait)
    {
        bool isShared = wait.Class is not (WaitClass.Flush or WaitClass.Thread);
        return wait.Class == WaitClass.Rcu ? "rcu"
            : wait.Lock is { } known && isShared ? $"{known.Kind} {known.Address}"
            : wait.Lock is null && isShared ? "? " + wait.What + wait.Caller?.Function
            : "of " + wait.Task.Address;
    }

    private int AddThing(string key, TaskWait wait)
    {
        if (_things.TryGetValue(key, out int index))
        {
            return index;
        }

        index = _things[key] = _nodes.Count;
        _nodes.Add(new PictureNode
        {
            Kind = KindOf(wait),
            Lines = PictureWords.LinesOf(wait),
            Description = PictureWords.Describe(wait),
            Links = wait.Lock is { } state ? [new PictureLink("object", new SpanTarget { Address = state.Address, ObjectType = TypeOf(state.Kind) })] : [],
            IsInDeadlock = wait.Holders.Any(holder => _circles.Contains((wait.Task.Address.Value, holder.Task.Address.Value))),
        });
        return index;
    }

    private int AddIo(IoWait io)
    {
        string key = "request " + io.Request;
        if (_things.TryGetValue(key, out int index))
        {
            return index;
        }

        index = _things[key] = _nodes.Count;
        _nodes.Add(new PictureNode
        {
            Kind = PictureNodeKind.Io,
            Lines = [PictureWords.Short($"{io.Operation} request to {io.Disk}"), PictureWords.Short(io.Place), .. Wrap(io.State)],
            Description = "I/O: " + io.Text,
            Links = [new PictureLink("request", new SpanTarget { Address = io.Request, ObjectType = "struct request" }), new PictureLink("disks", new SpanTarget { Page = "block" })],
            IsRoot = true,
        });
        return index;
    }

    private static IEnumerable<string> Wrap(string text)
    {
        const int most = 3;
        return LineWrap.Wrap(text, PictureMeasures.MaxLine).Take(most).Select(PictureWords.Short);
    }

    private void Connect(int from, int to, string label, bool isCertain, bool isInDeadlock)
    {
        if (_connected.Add((from, to)))
        {
            _edges.Add(new PictureEdge(from, to, label, isCertain, isInDeadlock));
        }
        else if (isInDeadlock)
        {
            int known = _edges.FindIndex(edge => edge.From == from && edge.To == to);
            _edges[known] = _edges[known] with { IsInDeadlock = true };
        }
    }

    // Who waits behind one thing and is not drawn is one box.
    private void AddHidden()
    {
        foreach ((int thing, int count) in _hiddenBehind)
        {
            string text = $"and {Words.Count(count, "more task")}";
            _edges.Add(new PictureEdge(_nodes.Count, thing, count == 1 ? "waits for" : "wait for", true, false));
            _nodes.Add(new PictureNode { Kind = PictureNodeKind.More, Lines = [text], Description = $"{text} that {(count == 1 ? "waits" : "wait")} for {_nodes[thing].Description}" });
        }
    }

    private static PictureNodeKind KindOf(TaskWait wait) => wait.Class switch
    {
        WaitClass.Completion or WaitClass.Thread => PictureNodeKind.Completion,
        WaitClass.Flush => PictureNodeKind.Work,
        WaitClass.Rcu => PictureNodeKind.Rcu,
        WaitClass.Event or WaitClass.Timer or WaitClass.CpuCall => PictureNodeKind.Event,
        _ => PictureNodeKind.Lock,
    };

    // A bit has no type: its bytes are what there is to see.
    private static string? TypeOf(LockKind kind) => kind switch
    {
        LockKind.Mutex => "struct mutex",
        LockKind.RwSemaphore => "struct rw_semaphore",
        LockKind.RtMutex => "struct rt_mutex",
        LockKind.Semaphore => "struct semaphore",
        LockKind.Completion => "struct completion",
        LockKind.PercpuRwSemaphore => "struct percpu_rw_semaphore",
        LockKind.WaitQueue => "struct wait_queue_head",
        LockKind.Page => "struct page",
        LockKind.SpinLock => "struct spinlock",
        LockKind.RwLock => "rwlock_t",
        _ => null,
    };
}
