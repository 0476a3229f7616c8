// KernelCgroup: one control group.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Cgroups;

/// <summary>A struct cgroup (include/linux/cgroup-defs.h).</summary>
public sealed record KernelCgroup
{
    /// <summary>Address of the struct cgroup.</summary>
    public required VirtAddr Address { get; init; }

    /// <summary>Id of its hierarchy: 0 of version 2, others of version 1.</summary>
    public required MemberValue Hierarchy { get; init; }

    /// <summary>From the hierarchy's root: "/system.slice/sshd.service".</summary>
    public required string Path { get; init; }

    /// <summary>0 of the root.</summary>
    public required int Level { get; init; }

    /// <summary>Names of the controllers that are enabled in it.</summary>
    public required IReadOnlyList<string> Controllers { get; init; }

    /// <summary>Memory that is charged to it and those below it, in pages; absent where the memory controller is not enabled.</summary>
    public required MemberValue MemoryPages { get; init; }

    /// <summary>Tasks that are charged to it and those below it (pids.current); absent where the pids controller is not enabled.</summary>
    public required MemberValue Pids { get; init; }

    /// <summary>Most tasks that it may have (pids.max); the kernel's own limit when there is none.</summary>
    public required MemberValue PidsLimit { get; init; }

    /// <summary>Control groups below it that were removed but still hold something.</summary>
    public required MemberValue Dying { get; init; }

    /// <summary>Tasks in it, those below not counted.</summary>
    public int Tasks { get; init; }
}
