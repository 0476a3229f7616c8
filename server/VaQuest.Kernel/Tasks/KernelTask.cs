// KernelTask: a task of the crashed kernel.
using VaQuest.Binary;

namespace VaQuest.Kernel.Tasks;

/// <summary>A thread (struct task_struct, include/linux/sched.h). Members that could not be read are null, never a default.</summary>
public sealed record KernelTask
{
    /// <summary>Address of its task_struct.</summary>
    public required VirtAddr Address { get; init; }

    public required int Pid { get; init; }

    public int? Tgid { get; init; }

    public int? ParentPid { get; init; }

    /// <summary>Name; control bytes are escaped.</summary>
    public required string Comm { get; init; }

    /// <summary>The letter ps and crash show: R, S, D, T, t, X, Z, I, … ; "?" when unknown.</summary>
    public required string State { get; init; }

    /// <summary>The CPU it runs or last ran on, or null.</summary>
    public int? Cpu { get; init; }

    /// <summary>True when a CPU was executing it at the crash.</summary>
    public bool IsOnCpu { get; init; }

    public bool IsKernelThread { get; init; }

    /// <summary>Lowest address of its kernel stack, or null.</summary>
    public VirtAddr? Stack { get; init; }

    /// <summary>Resident set in bytes, or null (kernel threads have none).</summary>
    public ulong? ResidentBytes { get; init; }

    /// <summary>Virtual size in bytes, or null.</summary>
    public ulong? VirtualBytes { get; init; }
}
