// DumpTree: an open dump as a tree whose branches are read when they are opened.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Browse.Tree;

/// <summary>
/// Makes the children of one node at a time from its id, so that nothing is kept between requests. Long lists come in parts: 30,000 tasks
/// cost no more than the part that is shown.
/// </summary>
internal sealed class DumpTree(OpenedDump opened, StackReader stacks, Func<CancellationToken, CrashReport> report)
{
    /// <summary>Nodes of one list that are shown at once; more than a window holds.</summary>
    private const int PartSize = 200;

    private const string Panic = "panic";
    private const string Cpus = "cpus";
    private const string CpuPrefix = "cpu/";
    private const string Tasks = "tasks";
    private const string TasksPrefix = "tasks/";
    private const string TaskPrefix = "task/";
    private const string Modules = "modules";
    private const string ModulesPrefix = "modules/";
    private const string Pages = "pages";

    /// <summary>The children of a node; of the dump itself with an empty id. Empty for an id that is none.</summary>
    public IReadOnlyList<TreeNode> GetChildren(string id, CancellationToken cancellation) => id switch
    {
        "" => Roots(cancellation),
        Panic => Frames(new StackSelection(), cancellation),
        Cpus => [.. opened.Kernel.Cpus.Possible.Select(CpuNode)],
        Tasks => TaskStates(),
        Modules => Part(ModulesPrefix, 0, opened.Kernel.Modules, ModuleNode),
        Pages => [.. KernelPages.All.Where(page => !page.IsArgumentNeeded).Select(PageNode)],
        _ when NumberBehind(CpuPrefix, id) is { } cpu => Frames(new StackSelection { Cpu = cpu }, cancellation),
        _ when NumberBehind(ModulesPrefix, id) is { } from => Part(ModulesPrefix, from, opened.Kernel.Modules, ModuleNode),
        _ when id.StartsWith(TasksPrefix, StringComparison.Ordinal) => TasksOf(id[TasksPrefix.Length..]),
        _ when id.StartsWith(TaskPrefix, StringComparison.Ordinal) => FramesOfTask(id[TaskPrefix.Length..]),
        _ => [],
    };

    private List<TreeNode> Roots(CancellationToken cancellation)
    {
        PanicFacts panic = report(cancellation).Panic;
        string message = panic.Message.HasValue ? DumpText.Shorten(DumpText.Escape(panic.Message.Value), 80) : "";
        TaskList tasks = opened.Kernel.Tasks;
        var nodes = new List<TreeNode>
        {
            new("report", TreeNodeKind.Report, "Report", message),
            new("log", TreeNodeKind.Log, "Kernel log", ""),
            new(Cpus, TreeNodeKind.Group, "CPUs", Words.Number(opened.Kernel.Cpus.Possible.Count)) { HasChildren = true },
            new(Tasks, TreeNodeKind.Group, "Tasks", tasks.Missing is null ? Words.Number(tasks.All.Count) : "not readable") { HasChildren = true },
            new("waits", TreeNodeKind.Waits, "Wait-for graph", ""),
            new(Modules, TreeNodeKind.Group, "Modules", Words.Number(opened.Kernel.Modules.Count)) { HasChildren = opened.Kernel.Modules.Count > 0 },
        };
        if (opened.Kernel.Stacks.PanicStack is not null)
        {
            nodes.Insert(2, new TreeNode(Panic, TreeNodeKind.Stack, "Panic stack", panic.Function.HasValue ? DumpText.Escape(panic.Function.Value) : "")
                { HasChildren = true });
        }

        if (KernelPages.All.Any(page => !page.IsArgumentNeeded))
        {
            nodes.Add(new TreeNode(Pages, TreeNodeKind.Group, "Kernel state", "") { HasChildren = true });
        }

        return nodes;
    }

    private IReadOnlyList<TreeNode> Frames(StackSelection selection, CancellationToken cancellation)
    {
        try
        {
            return [.. stacks.Read(selection, cancellation).SelectMany(FrameNodes)];
        }
        catch (DumpFormatException error)
        {
            return [new TreeNode("", TreeNodeKind.Note, DumpText.Escape(error.Message), "")];
        }
    }

    private List<TreeNode> FramesOfTask(string address)
    {
        KernelTask? task = ulong.TryParse(address, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong at)
            ? opened.Kernel.Tasks.FindByAddress(new VirtAddr(at)) : null;
        return task is null ? [] : FrameNodes(stacks.Expand(opened.Kernel.Stacks.Unwind(task)));
    }

    private static List<TreeNode> FrameNodes(StackTrace stack)
    {
        var nodes = new List<TreeNode>(stack.Frames.Count + 1);
        foreach (StackFrame frame in stack.Frames)
        {
            string place = FrameText.SourceOf(frame.Source);
            nodes.Add(new TreeNode("", TreeNodeKind.Frame, FormattableString.Invariant($"#{frame.Index} {FrameText.NameOf(frame)}"), place)
                { Target = StackRenderer.TargetOf(frame) });
        }

        if (!stack.IsComplete)
        {
            nodes.Add(new TreeNode("", TreeNodeKind.Note, "the stack ends here", DumpText.Escape(stack.EndReason)));
        }

        return nodes;
    }

    private TreeNode CpuNode(int cpu)
    {
        string task = opened.Kernel.Tasks.FindOnCpu(cpu) is { } known ? FormattableString.Invariant($"PID {known.Pid} {DumpText.Escape(known.Comm)}") : "";
        string role = cpu == opened.Kernel.Stacks.PanicCpu ? " (panic)" : "";
        return new TreeNode(FormattableString.Invariant($"{CpuPrefix}{cpu}"), TreeNodeKind.Cpu, FormattableString.Invariant($"CPU {cpu}"), task + role)
            { HasChildren = true };
    }

    private List<TreeNode> TaskStates()
    {
        TaskList tasks = opened.Kernel.Tasks;
        if (tasks.Missing is { } missing)
        {
            return [new TreeNode("", TreeNodeKind.Note, DumpText.Escape(missing), "")];
        }

        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (KernelTask task in tasks.All)
        {
            counts[task.State] = counts.GetValueOrDefault(task.State) + 1;
        }

        return [.. counts.OrderBy(pair => OrderOf(pair.Key)).Select(pair => new TreeNode(
            TasksPrefix + pair.Key, TreeNodeKind.Group, WordOf(pair.Key), Words.Number(pair.Value)) { HasChildren = true })];
    }

    // "D" or "S/200": a state, and how many were shown before.
    private List<TreeNode> TasksOf(string id)
    {
        int slash = id.IndexOf('/', StringComparison.Ordinal);
        string state = slash < 0 ? id : id[..slash];
        int from = slash < 0 ? 0 : NumberBehind("", id[(slash + 1)..]) ?? 0;
        List<KernelTask> tasks = [.. opened.Kernel.Tasks.All.Where(task => task.State == state)];
        return Part($"{TasksPrefix}{state}/", from, tasks, TaskNode);
    }

    private static List<TreeNode> Part<T>(string prefix, int from, IReadOnlyList<T> all, Func<T, TreeNode> make)
    {
        var nodes = new List<TreeNode>(PartSize + 1);
        for (int i = from; i < all.Count && nodes.Count < PartSize; i++)
        {
            nodes.Add(make(all[i]));
        }

        int next = from + nodes.Count;
        if (next < all.Count)
        {
            string id = prefix + next.ToString(CultureInfo.InvariantCulture);
            nodes.Add(new TreeNode(id, TreeNodeKind.More, "Show more…", FormattableString.Invariant($"{all.Count - next} left")));
        }

        return nodes;
    }

    private static TreeNode TaskNode(KernelTask task)
    {
        string comm = DumpText.Escape(task.Comm);
        string description = (task.IsKernelThread ? "kernel thread" : "") + (task.IsOnCpu ? FormattableString.Invariant($" on CPU {task.Cpu}") : "");
        return new TreeNode(
            FormattableString.Invariant($"{TaskPrefix}{task.Address.Value:x}"), TreeNodeKind.Task, FormattableString.Invariant($"{task.Pid} {comm}"), description.Trim())
        {
            HasChildren = true,
            Target = TaskTarget.Of(task),
        };
    }

    private static TreeNode ModuleNode(KernelModule module) => new(
        "", TreeNodeKind.Module, DumpText.Escape(module.Name), Words.Bytes(module.Size) + (module.Taints.Count > 0 ? ", " + string.Join(", ", module.Taints) : ""))
    {
        Target = new SpanTarget { Module = module.Name, Address = module.Address, ObjectType = "struct module" },
    };

    private static TreeNode PageNode(PageKind page) => new("", TreeNodeKind.Page, page.Name, page.Description)
    {
        Target = new SpanTarget { Page = page.Name },
    };

    private static int? NumberBehind(string prefix, string id) =>
        id.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(id.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    // What holds up others first.
    private static int OrderOf(string state) => "RDTtSI".IndexOf(state, StringComparison.Ordinal) is >= 0 and var place ? place : int.MaxValue;

    private static string WordOf(string state) => state switch
    {
        "R" => "Running or runnable",
        "S" => "Sleeping",
        "D" => "Uninterruptible",
        "T" => "Stopped",
        "t" => "Traced",
        "I" => "Idle kernel threads",
        "Z" => "Zombies",
        "X" => "Dead",
        "?" => "State not known",
        _ => $"State {DumpText.Escape(state)}",
    };
}
