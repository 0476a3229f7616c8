// CgroupReader: control groups, and which of them tasks are in.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Cgroups;

/// <summary>
/// Walks cgroup_roots, then cgroup.self.children of each (kernel/cgroup/cgroup.c). Tasks are counted from their own css_set, so that a broken
/// tree still leaves the tasks that were reached. Bounded and cycle-checked; never throws on data.
/// </summary>
public sealed class CgroupReader
{
    /// <summary>Groups of one hierarchy.</summary>
    public const int MaxGroups = 50_000;

    /// <summary>Hierarchies: there can be one per controller and named ones.</summary>
    private const int MaxHierarchies = 64;

    /// <summary>Depth of a path of names; cgroup.max.depth has no end, but kernfs' paths are PATH_MAX long.</summary>
    private const int MaxDepth = 1024;

    private readonly KernelObjects _objects;
    private readonly Func<string, VirtAddr?> _symbol;
    private readonly LinkedWalks _walks;
    private readonly string[] _controllers;

    /// <param name="objects">The kernel's objects.</param>
    /// <param name="symbol">Run-time address of a symbol, or null.</param>
    public CgroupReader(KernelObjects objects, Func<string, VirtAddr?> symbol)
    {
        _objects = objects;
        _symbol = symbol;
        _walks = new LinkedWalks(objects.Reader, objects.Types);
        _controllers = ReadControllers();
    }

    /// <summary>All hierarchies.</summary>
    /// <param name="tasks">Whose groups are counted.</param>
    /// <param name="problem">Why there are none or not all; null when all are there.</param>
    public IReadOnlyList<CgroupHierarchy> Read(IReadOnlyList<KernelTask> tasks, out string? problem)
    {
        if (_symbol("cgroup_roots") is not { } head || _objects.Types.FindOffset("cgroup_root", "root_list") is not { } link)
        {
            problem = "this kernel has no control groups, or its symbols and types are not known";
            return [];
        }

        Dictionary<ulong, int> counts = CountTasks(tasks);
        WalkResult walk = _walks.List(head);
        problem = walk.Damage;
        return [.. walk.Items.Take(MaxHierarchies).Select(item => ReadHierarchy(item.Address - link, counts)).OrderBy(hierarchy => hierarchy.Id.Bits ?? ulong.MaxValue)];
    }

    /// <summary>The control groups that a task is in, one per hierarchy.</summary>
    public IReadOnlyList<KernelCgroup> ReadOf(VirtAddr task, out string? problem)
    {
        MemberValue set = _objects.ReadMember(task, "task_struct", "cgroups");
        if (set.Pointer is not { } known)
        {
            problem = set.PointerReason;
            return [];
        }

        WalkResult links = LinksOf(known);
        problem = links.Damage;
        return [.. links.Items.Select(item => _objects.FindPointer(item.Address, "cgrp_cset_link", "cgrp")).OfType<VirtAddr>().Select(group => ReadGroup(group, 0))];
    }

    /// <summary>A control group's path in its hierarchy; begins with "…" where its parents are lost.</summary>
    public string PathOf(VirtAddr group)
    {
        var names = new List<string>();
        VirtAddr? node = _objects.FindPointer(group, "cgroup", "kn");
        for (int i = 0; i < MaxDepth && node is { } at; i++)
        {
            MemberValue parent = _objects.ReadMember(at, "kernfs_node", "__parent", "parent");
            if (parent.Bits == 0)
            {
                return "/" + string.Join('/', Enumerable.Reverse(names));
            }

            if (_objects.FindName(at, "kernfs_node", "name") is not { } name)
            {
                break;
            }

            names.Add(name);
            node = parent.Pointer;
        }

        return "…/" + string.Join('/', Enumerable.Reverse(names));
    }

    private CgroupHierarchy ReadHierarchy(VirtAddr root, Dictionary<ulong, int> counts)
    {
        var groups = new List<KernelCgroup>();
        var seen = new HashSet<ulong>();
        string? damage = null;
        var open = new Stack<(VirtAddr Group, int Level)>();
        if (_objects.FindAddress(root, "cgroup_root", "cgrp") is { } first)
        {
            open.Push((first, 0));
        }

        while (open.TryPop(out (VirtAddr Group, int Level) next))
        {
            if (!seen.Add(next.Group.Value) || groups.Count >= MaxGroups)
            {
                damage ??= groups.Count >= MaxGroups
                    ? FormattableString.Invariant($"the hierarchy has more than {MaxGroups} groups")
                    : FormattableString.Invariant($"the groups run in a circle at the cgroup at {next.Group}");
                continue;
            }

            // Every group's own state names the group: what does not is no group, but where a damaged list leads.
            if (_objects.FindUInt(next.Group, "cgroup", "self.cgroup") is { } self && self != next.Group.Value)
            {
                damage ??= FormattableString.Invariant($"the groups lead to {next.Group}, where there is none");
                continue;
            }

            groups.Add(ReadGroup(next.Group, next.Level) with { Tasks = counts.GetValueOrDefault(next.Group.Value) });
            WalkResult children = ChildrenOf(next.Group);
            damage ??= children.Damage;
            foreach (WalkItem child in children.Items.Reverse())
            {
                open.Push((child.Address, next.Level + 1));
            }
        }

        string name = _objects.FindText(root, "cgroup_root", "name") ?? "";
        return new CgroupHierarchy(root, _objects.ReadMember(root, "cgroup_root", "hierarchy_id"), KernelText.FromLatin1(name), groups, damage);
    }

    private KernelCgroup ReadGroup(VirtAddr group, int level)
    {
        MemberValue hierarchy = _objects.ReadMember(_objects.ReadMember(group, "cgroup", "root"), "cgroup_root", "hierarchy_id");
        return new KernelCgroup
        {
            Address = group,
            Hierarchy = hierarchy,
            Path = PathOf(group),
            Level = level,
            Controllers = [.. Enumerable.Range(0, _controllers.Length).Where(i => StateOf(group, i).Pointer is not null).Select(i => _controllers[i])],
            MemoryPages = ReadMemory(group),
            Pids = ReadPids(group, "counter.counter"),
            PidsLimit = ReadPids(group, "limit.counter", "limit"),
            Dying = _objects.ReadMember(group, "cgroup", "nr_dying_descendants"),
        };
    }

    /// <summary>The cgroup_subsys_state of a controller in a group.</summary>
    private MemberValue StateOf(VirtAddr group, long controller)
    {
        int word = _objects.Reader.WordSize;
        return _objects.Types.FindMember("cgroup", "subsys") is { } table && controller >= 0 && (controller + 1) * word <= table.Size
            && _objects.Reader.TryReadWord(group + table.Offset + (ulong)(controller * word), out ulong state)
                ? new MemberValue(state, unchecked((long)state), "")
                : MemberValue.Absent("it could not be read");
    }

    private MemberValue ReadMemory(VirtAddr group)
    {
        if (_objects.Types.Catalog?.FindEnumerator("memory_cgrp_id") is not { } controller)
        {
            return MemberValue.Absent("this kernel has no memory controller");
        }

        MemberValue state = StateOf(group, controller);
        if (_objects.ReadMember(state, "cgroup_subsys_state", "parent").Bits == 0)
        {
            // What the root's counter has is not what /proc/meminfo counts: it is hardly used.
            return MemberValue.Absent("the root group's memory is not counted");
        }

        return state.Pointer is { } css && _objects.Types.FindOffset("mem_cgroup", "css") is { } offset
            ? _objects.ReadMember(css - offset, "mem_cgroup", "memory.usage.counter")
            : MemberValue.Absent(state.Bits == 0 ? "the memory controller is not enabled here" : state.Reason);
    }

    private MemberValue ReadPids(VirtAddr group, params ReadOnlySpan<string> members)
    {
        if (_objects.Types.Catalog?.FindEnumerator("pids_cgrp_id") is not { } controller)
        {
            return MemberValue.Absent("this kernel has no pids controller");
        }

        MemberValue state = StateOf(group, controller);
        if (_objects.ReadMember(state, "cgroup_subsys_state", "parent").Bits == 0)
        {
            return MemberValue.Absent("the root group's tasks are not counted");
        }

        return state.Pointer is { } css && _objects.Types.FindOffset("pids_cgroup", "css") is { } offset
            ? _objects.ReadMember(css - offset, "pids_cgroup", members)
            : MemberValue.Absent(state.Bits == 0 ? "the pids controller is not enabled here" : state.Reason);
    }

    private WalkResult ChildrenOf(VirtAddr group)
    {
        if (_objects.FindAddress(group, "cgroup", "self.children") is not { } head || _objects.Types.FindOffset("cgroup", "self.sibling") is not { } link)
        {
            return new WalkResult([], "the layout of struct cgroup is not known");
        }

        WalkResult walk = _walks.List(head);
        return walk with { Items = [.. walk.Items.Select(item => new WalkItem(item.Address - link))] };
    }

    private WalkResult LinksOf(VirtAddr set)
    {
        if (_objects.FindAddress(set, "css_set", "cgrp_links") is not { } head || _objects.Types.FindOffset("cgrp_cset_link", "cgrp_link") is not { } link)
        {
            return new WalkResult([], "the layout of struct css_set is not known");
        }

        WalkResult walk = _walks.List(head);
        return walk with { Items = [.. walk.Items.Select(item => new WalkItem(item.Address - link))] };
    }

    private Dictionary<ulong, int> CountTasks(IReadOnlyList<KernelTask> tasks)
    {
        var sets = new Dictionary<ulong, int>();
        foreach (KernelTask task in tasks)
        {
            if (_objects.FindPointer(task.Address, "task_struct", "cgroups") is { } set)
            {
                sets[set.Value] = sets.GetValueOrDefault(set.Value) + 1;
            }
        }

        var groups = new Dictionary<ulong, int>();
        foreach ((ulong set, int count) in sets)
        {
            foreach (WalkItem link in LinksOf(new VirtAddr(set)).Items)
            {
                if (_objects.FindPointer(link.Address, "cgrp_cset_link", "cgrp") is { } group)
                {
                    groups[group.Value] = groups.GetValueOrDefault(group.Value) + count;
                }
            }
        }

        return groups;
    }

    // cgroup_subsys[]: pointers in the order of enum cgroup_subsys_id.
    private string[] ReadControllers()
    {
        int word = _objects.Reader.WordSize;
        if (_symbol("cgroup_subsys") is not { } table || _objects.Types.FindMember("cgroup", "subsys") is not { Size: > 0 and <= 1024 } slots)
        {
            return [];
        }

        return
        [
            .. Enumerable.Range(0, (int)(slots.Size / word)).Select(i => _objects.Reader.FindPointer(table + (ulong)(i * word)) is { } controller
                && _objects.FindName(controller, "cgroup_subsys", "name") is { } name ? name : "controller " + i.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ];
    }
}
