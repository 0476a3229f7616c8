// CgroupHierarchy: a tree of control groups.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Cgroups;

/// <summary>A hierarchy (struct cgroup_root), as far as it could be walked.</summary>
/// <param name="Address">Of the struct cgroup_root.</param>
/// <param name="Id">0 of version 2.</param>
/// <param name="Name">Of a named hierarchy of version 1; empty for others.</param>
/// <param name="Groups">Parents before children.</param>
/// <param name="Damage">Where and why the walk stopped early; null when it is whole.</param>
public sealed record CgroupHierarchy(VirtAddr Address, MemberValue Id, string Name, IReadOnlyList<KernelCgroup> Groups, string? Damage);
