// RcuReader: the state of RCU's grace period.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Locks;

/// <summary>
/// Tree RCU (kernel/rcu/tree.h): rcu_state has the tree of rcu_nodes; a leaf's qsmask has a bit for each CPU that has not reported a quiescent
/// state, and gp_tasks points into blkd_tasks at the first preempted reader that holds the grace period up. An expedited grace period has
/// expmask and exp_tasks.
/// </summary>
public sealed class RcuReader
{
    /// <summary>Nodes of the tree: NR_CPUS of 8192 with a fan-out of 16 makes 512 leaves and 33 above them.</summary>
    private const int MaxNodes = 4096;

    /// <summary>Preempted readers of one node; each is a task.</summary>
    private const int MaxReaders = 65536;

    private readonly LockMemory _memory;

    internal RcuReader(LockMemory memory) => _memory = memory;

    /// <summary>Reads the grace period that is in progress.</summary>
    public RcuGracePeriod Read()
    {
        if (_memory.FindSymbol("rcu_state") is not { } state)
        {
            return RcuGracePeriod.Unknown("this kernel has no rcu_state");
        }

        if (_memory.Objects.FindUInt(state, "rcu_state", "gp_seq") is not { } sequence || _memory.Objects.FindAddress(state, "rcu_state", "node") is not { } nodes
            || _memory.Objects.Types.FindSize("rcu_node") is not (> 0 and { } size))
        {
            return RcuGracePeriod.Unknown(_memory.WhyUnread(state, "rcu_state", "gp_seq"));
        }

        var damage = new List<string>();
        var cpus = new List<int>();
        var readers = new List<VirtAddr>();
        var expeditedCpus = new List<int>();
        foreach (VirtAddr leaf in FindLeaves(nodes, (ulong)size))
        {
            cpus.AddRange(MaskedCpus(leaf, "qsmask"));
            expeditedCpus.AddRange(MaskedCpus(leaf, "expmask"));
            readers.AddRange(Readers(leaf, "gp_tasks", damage));
            readers.AddRange(Readers(leaf, "exp_tasks", damage));
        }

        // RCU_SEQ_CTR_SHIFT is 2: the lower bits are the phase, 0 when no grace period is in progress.
        const ulong Phase = 3;
        return new RcuGracePeriod
        {
            IsInProgress = (sequence & Phase) != 0,
            Sequence = sequence,
            Cpus = cpus,
            ExpeditedCpus = expeditedCpus,
            Readers = [.. readers.Distinct()],
            Damage = damage,
        };
    }

    private List<VirtAddr> FindLeaves(VirtAddr nodes, ulong size)
    {
        int count = _memory.FindSymbol("rcu_num_nodes") is { } symbol && _memory.Objects.Reader.TryReadInt32(symbol, out int known) ? Math.Clamp(known, 1, MaxNodes) : 1;
        var leaves = new List<VirtAddr>();
        ulong deepest = 0;
        for (int i = 0; i < count; i++)
        {
            VirtAddr node = nodes + ((ulong)i * size);
            ulong level = _memory.Objects.FindUInt(node, "rcu_node", "level") ?? 0;
            if (level > deepest)
            {
                leaves.Clear();
                deepest = level;
            }

            if (level == deepest)
            {
                leaves.Add(node);
            }
        }

        return leaves;
    }

    private List<int> MaskedCpus(VirtAddr leaf, string member)
    {
        var cpus = new List<int>();
        ulong mask = _memory.Objects.FindUInt(leaf, "rcu_node", member) ?? 0;
        long first = _memory.Objects.FindInt(leaf, "rcu_node", "grplo") ?? 0;
        for (int bit = 0; bit < 64; bit++)
        {
            int cpu = (int)(first + bit);
            if (((mask >> bit) & 1) != 0 && _memory.Cpus.Possible.Contains(cpu))
            {
                cpus.Add(cpu);
            }
        }

        return cpus;
    }

    // The list runs from the newest blocked reader to the oldest; those from the pointer on hold up the grace period.
    private List<VirtAddr> Readers(VirtAddr leaf, string first, List<string> damage)
    {
        var readers = new List<VirtAddr>();
        if (_memory.Objects.FindPointer(leaf, "rcu_node", first) is not { } start || _memory.Objects.FindAddress(leaf, "rcu_node", "blkd_tasks") is not { } head
            || _memory.Objects.Types.FindOffset("task_struct", "rcu_node_entry") is not { } link)
        {
            return readers;
        }

        var seen = new AddressMap();
        for (VirtAddr node = start; node != head && readers.Count < MaxReaders; )
        {
            if (!seen.TryAdd(node.Value, 0) || _memory.Objects.Reader.FindPointer(node) is not { } next)
            {
                damage.Add(FormattableString.Invariant($"the list of blocked readers at {head} is damaged at {node}"));
                break;
            }

            readers.Add(node - link);
            node = next;
        }

        return readers;
    }
}
