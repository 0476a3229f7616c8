// TaskDetails: everything else that a task_struct says of its task.
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Tasks;

/// <summary>What <see cref="KernelTask"/> leaves out, read when it is asked for. Times are in nanoseconds.</summary>
public sealed record TaskDetails
{
    /// <summary>__state, or state before 5.14.</summary>
    public required MemberValue State { get; init; }

    public required MemberValue ExitState { get; init; }

    /// <summary>As wait() gives it.</summary>
    public required MemberValue ExitCode { get; init; }

    /// <summary>PF_*; see <see cref="TaskFlags"/>.</summary>
    public required MemberValue Flags { get; init; }

    public required MemberValue Policy { get; init; }

    /// <summary>0 to 99 real time, 100 to 139 the others, -1 deadline.</summary>
    public required MemberValue Priority { get; init; }

    /// <summary>120 + nice.</summary>
    public required MemberValue StaticPriority { get; init; }

    public required MemberValue RealTimePriority { get; init; }

    public required MemberValue UserTime { get; init; }

    public required MemberValue SystemTime { get; init; }

    /// <summary>Time on a CPU as the fair scheduler counts it.</summary>
    public required MemberValue RunTime { get; init; }

    /// <summary>Since boot, suspended time included.</summary>
    public required MemberValue StartTime { get; init; }

    /// <summary>When it was last put on a CPU, by that CPU's scheduler clock (which is the log's, nearly).</summary>
    public required MemberValue LastRun { get; init; }

    public required MemberValue VoluntarySwitches { get; init; }

    public required MemberValue InvoluntarySwitches { get; init; }

    public required MemberValue MinorFaults { get; init; }

    public required MemberValue MajorFaults { get; init; }

    /// <summary>The task_struct of its parent, of who traces it, and of its thread group's leader.</summary>
    public required MemberValue RealParent { get; init; }

    public required MemberValue Parent { get; init; }

    public required MemberValue GroupLeader { get; init; }

    public required MemberValue ProcessGroup { get; init; }

    public required MemberValue Session { get; init; }

    /// <summary>Its number in its innermost PID namespace, and how deep that is.</summary>
    public required MemberValue InnerPid { get; init; }

    public required MemberValue PidLevel { get; init; }

    public required MemberValue Memory { get; init; }

    /// <summary>Seccomp mode: 0 none, 1 strict, 2 filter.</summary>
    public required MemberValue Seccomp { get; init; }

    /// <summary>The task_structs of its children.</summary>
    public required WalkResult Children { get; init; }

    public required KernelPath WorkingDirectory { get; init; }

    public required KernelPath RootDirectory { get; init; }

    /// <summary>Null when it runs no program of its own: kernel threads.</summary>
    public KernelPath? Executable { get; init; }
}
