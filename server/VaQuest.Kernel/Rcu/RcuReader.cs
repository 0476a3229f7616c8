// RcuReader: the grace period that RCU is in, and who holds it up.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Rcu;

/// <summary>kernel/rcu/tree.h since 4.20, when the flavours were joined into one rcu_state. Bounded; never throws on data.</summary>
public sealed class RcuReader(LinuxKernel kernel)
{
    /// <summary>NUM_RCU_NODES for 8192 CPUs with the default fan-out.</summary>
    private const ulong MaxNodes = 1024;

    /// <summary>Tasks that were preempted inside of a reader.</summary>
    private const int MaxBlocked = 10_000;

    private readonly KernelObjects _objects = kernel.Objects;

    /// <summary>The state, or null with the reason.</summary>
    public ObjectView? State(out string? missing)
    {
        bool isKnown = kernel.Types.FindMember("rcu_state", "gp_seq") is not null;
        missing = kernel.Symbols.FindAddress("rcu_state") is null ? "rcu_state is not a symbol of this kernel (4.20 and later have it)"
            : isKnown ? null : "this kernel's types have no struct rcu_state with gp_seq";
        return missing is null ? new ObjectView(_objects, kernel.Symbols.FindAddress("rcu_state")!.Value, "rcu_state") : null;
    }

    /// <summary>The nodes of the tree, root first.</summary>
    public IReadOnlyList<ObjectView> Nodes(ObjectView state)
    {
        ulong size = (ulong)(_objects.Types.FindSize("rcu_node") ?? 0);
        ulong fits = size == 0 ? 0 : (ulong)(_objects.Types.FindMember("rcu_state", "node")?.Size ?? 0) / size;
        ulong used = kernel.Symbols.FindAddress("rcu_num_nodes") is { } at && kernel.Reader.TryReadUInt32(at, out uint count) ? count : fits;
        var nodes = new List<ObjectView>();
        for (ulong i = 0; i < Math.Min(Math.Min(fits, used), MaxNodes) && state.At("node") is { } first; i++)
        {
            nodes.Add(state.Other(first + (i * size), "rcu_node"));
        }

        return nodes;
    }

    /// <summary>The CPUs of a leaf that have not passed a quiescent state in this grace period; empty for inner nodes.</summary>
    public IReadOnlyList<int> WaitedFor(ObjectView node)
    {
        var cpus = new List<int>();
        ulong mask = node.UInt("qsmask") ?? 0;
        int low = (int)(node.UInt("grplo") ?? 0);
        int high = (int)(node.UInt("grphi") ?? 0);
        bool isLeaf = IsLeaf(node);
        for (int bit = 0; bit < 64 && isLeaf && low + bit <= high; bit++)
        {
            if (((mask >> bit) & 1) != 0)
            {
                cpus.Add(low + bit);
            }
        }

        return cpus;
    }

    /// <summary>A leaf is on the last level: rcu_num_lvls - 1.</summary>
    public bool IsLeaf(ObjectView node) =>
        kernel.Symbols.FindAddress("rcu_num_lvls") is { } at && kernel.Reader.TryReadInt32(at, out int levels) && node.UInt("level") is { } level
            ? (int)level == levels - 1
            : node.Pointer("parent") is null;

    /// <summary>Tasks that were preempted inside of a reader and hold up this grace period: blkd_tasks from gp_tasks on.</summary>
    public IReadOnlyList<VirtAddr> BlockedTasks(ObjectView node, out string? damage)
    {
        damage = null;
        if (node.Pointer("gp_tasks") is not { } first || node.At("blkd_tasks") is not { } head
            || _objects.Types.FindOffset("task_struct", "rcu_node_entry") is not { } link)
        {
            return [];
        }

        VirtAddr[] all = _objects.ReadList(head, link, MaxBlocked, out damage);
        return [.. all.SkipWhile(task => task + link != first)];
    }

    /// <summary>A CPU's rcu_data, or null.</summary>
    public ObjectView? DataOf(int cpu) =>
        kernel.Cpus.FindPerCpu(kernel.Symbols.FindAddress("rcu_data"), cpu) is { } at ? new ObjectView(_objects, at, "rcu_data") : null;

    /// <summary>The name of the grace-period thread's state, or null.</summary>
    public string? StateName(ObjectView state)
    {
        long? index = state.Int("gp_state");
        return index is >= 0 and < 32 && kernel.Symbols.FindAddress("gp_state_names") is { } names
            && _objects.Reader.FindPointer(names + ((ulong)index.Value * (ulong)_objects.Reader.WordSize)) is { } text
                ? _objects.Reader.ReadCString(text, 32)
                : null;
    }
}
