// RcuGracePeriod: RCU's grace period and who holds it up.
using VaQuest.Binary;

namespace VaQuest.Kernel.Locks;

/// <summary>The state of RCU at the crash.</summary>
public sealed record RcuGracePeriod
{
    public bool IsInProgress { get; init; }

    /// <summary>rcu_state.gp_seq; its two lower bits are the phase.</summary>
    public ulong Sequence { get; init; }

    /// <summary>CPUs that have not reported a quiescent state for it.</summary>
    public IReadOnlyList<int> Cpus { get; init; } = [];

    /// <summary>CPUs that an expedited grace period waits for.</summary>
    public IReadOnlyList<int> ExpeditedCpus { get; init; } = [];

    /// <summary>task_structs of readers that were preempted inside of their read section and hold it up.</summary>
    public IReadOnlyList<VirtAddr> Readers { get; init; } = [];

    public IReadOnlyList<string> Damage { get; init; } = [];

    /// <summary>Why nothing is known; null when something is.</summary>
    public string? Missing { get; init; }

    internal static RcuGracePeriod Unknown(string why) => new() { Missing = why };
}
