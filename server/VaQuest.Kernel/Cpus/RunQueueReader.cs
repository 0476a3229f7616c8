// RunQueueReader: reads run queues with their tasks.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Cpus;

/// <summary>
/// Walks the queues of kernel/sched: rt_prio_array lists, the tree of deadlines, and the timeline of each fair group. A current cfs entity is
/// in no tree; it is taken from its queue's curr.
/// </summary>
public sealed class RunQueueReader
{
    /// <summary>Nested task groups; cgroups nest some ten deep.</summary>
    private const int MaxDepth = 64;

    /// <summary>Tasks of one queue; a machine under a fork bomb has some ten thousand.</summary>
    private const int MaxTasks = 100_000;

    /// <summary>MAX_RT_PRIO.</summary>
    private const int MaxRealtimePriorities = 100;

    private readonly LinuxKernel _kernel;
    private readonly KernelObjects _objects;
    private readonly LinkedWalks _walks;
    private readonly List<QueuedTask> _tasks = [];
    private readonly List<string> _notes = [];
    private readonly HashSet<ulong> _seen = [];
    private VirtAddr? _current;
    private ulong? _clock;

    private RunQueueReader(LinuxKernel kernel)
    {
        _kernel = kernel;
        _objects = kernel.Objects;
        _walks = new LinkedWalks(kernel.Reader, kernel.Types);
    }

    /// <summary>A CPU's run queue, or null with the reason.</summary>
    public static RunQueue? Read(LinuxKernel kernel, int cpu, out string? missing)
    {
        missing = kernel.Symbols.FindAddress("runqueues") is null ? "runqueues is not a symbol of this kernel"
            : kernel.Types.Catalog?.FindStruct("rq") is null ? "this kernel's types have no struct rq"
            : null;
        if (missing is not null)
        {
            return null;
        }

        if (kernel.Cpus.FindPerCpu(kernel.Symbols.FindAddress("runqueues"), cpu) is not { } address)
        {
            missing = FormattableString.Invariant($"the per-CPU area of CPU {cpu} is not known");
            return null;
        }

        return new RunQueueReader(kernel).Read(cpu, new ObjectView(kernel.Objects, address, "rq"));
    }

    private RunQueue Read(int cpu, ObjectView queue)
    {
        _current = _kernel.Tasks.FindOnCpu(cpu)?.Address ?? queue.Pointer("curr");
        _clock = queue.UInt("clock");
        if (queue.Member("dl_rq", "dl") is { } deadlines)
        {
            ReadDeadlines(deadlines);
        }

        if (queue.Member("rt_rq", "rt") is { } realtime)
        {
            ReadRealtime(realtime, 0);
        }

        if (queue.Member("cfs_rq", "cfs") is { } fair)
        {
            ReadFair(fair, 0);
        }

        return new RunQueue(cpu, queue, _tasks, _notes);
    }

    private void ReadDeadlines(ObjectView queue)
    {
        if (queue.At("root.rb_root", "rb_root") is not { } root || _objects.Types.FindOffset("sched_dl_entity", "rb_node") is not { } node
            || _objects.Types.FindOffset("task_struct", "dl") is not { } inTask)
        {
            return;
        }

        foreach (WalkItem item in Walk(_walks.RedBlackTree(root)))
        {
            ObjectView entity = queue.Other(item.Address - node, "sched_dl_entity");

            // A server (6.8) stands for a whole queue and is no task.
            if (entity.UInt("dl_server") is not > 0)
            {
                Add(entity.Address - inTask, "dl", entity.UInt("deadline"), 0);
            }
        }
    }

    private void ReadRealtime(ObjectView queue, int depth)
    {
        if (depth >= MaxDepth || !_seen.Add(queue.Address.Value) || queue.At("active.queue") is not { } lists
            || _objects.Types.FindOffset("sched_rt_entity", "run_list") is not { } link || _objects.Types.FindOffset("task_struct", "rt") is not { } inTask)
        {
            return;
        }

        for (int priority = 0; priority < MaxRealtimePriorities; priority++)
        {
            VirtAddr head = lists + ((ulong)priority * 2 * (ulong)_objects.Reader.WordSize);
            foreach (WalkItem item in Walk(_walks.List(head)))
            {
                ObjectView entity = queue.Other(item.Address - link, "sched_rt_entity");
                if (entity.Behind("rt_rq", "my_q") is { } group)
                {
                    ReadRealtime(group, depth + 1);
                }
                else
                {
                    Add(entity.Address - inTask, "rt", (ulong)priority, depth);
                }
            }
        }
    }

    private void ReadFair(ObjectView queue, int depth)
    {
        if (depth >= MaxDepth || !_seen.Add(queue.Address.Value))
        {
            _notes.Add(FormattableString.Invariant($"the fair queue at {queue.Address} is nested too deeply or in a circle"));
            return;
        }

        if (queue.At("tasks_timeline.rb_root", "tasks_timeline") is not { } root || _objects.Types.FindOffset("sched_entity", "run_node") is not { } node)
        {
            _notes.Add("this kernel's fair queues have no timeline that is known here");
            return;
        }

        if (queue.Behind("sched_entity", "curr") is { } current)
        {
            VisitFair(current, depth);
        }

        foreach (WalkItem item in Walk(_walks.RedBlackTree(root)))
        {
            VisitFair(queue.Other(item.Address - node, "sched_entity"), depth);
        }
    }

    private void VisitFair(ObjectView entity, int depth)
    {
        if (entity.Behind("cfs_rq", "my_q") is { } group)
        {
            ReadFair(group, depth + 1);
        }
        else if (_objects.Types.FindOffset("task_struct", "se") is { } inTask)
        {
            Add(entity.Address - inTask, "cfs", entity.UInt("vruntime"), depth);
        }
    }

    private IReadOnlyList<WalkItem> Walk(WalkResult result)
    {
        if (result.Damage is { } damage && _notes.Count < 16)
        {
            _notes.Add(damage);
        }

        return result.Items;
    }

    private void Add(VirtAddr address, string kind, ulong? key, int depth)
    {
        if (_tasks.Count >= MaxTasks || !_seen.Add(address.Value))
        {
            return;
        }

        var task = new ObjectView(_objects, address, "task_struct");
        ulong? queued = task.UInt("sched_info.last_queued");
        bool isCurrent = address == _current;
        ulong? waited = !isCurrent && queued > 0 && _clock >= queued ? _clock - queued : null;
        _tasks.Add(new QueuedTask(address, kind, isCurrent, task.Int("prio"), key, depth, waited));
    }
}
