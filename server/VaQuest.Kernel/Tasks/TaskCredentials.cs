// TaskCredentials: who a task is and what it may do.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Tasks;

/// <summary>A struct cred (include/linux/cred.h). Identities are the kernel's own (of the first user namespace).</summary>
/// <param name="Address">Of the struct cred.</param>
/// <param name="Ids">Identities in the order uid, gid, suid, sgid, euid, egid, fsuid, fsgid.</param>
/// <param name="Capabilities">Sets in the order inheritable, permitted, effective, bounding, ambient.</param>
/// <param name="SecureBits">SECBIT_* of include/uapi/linux/securebits.h.</param>
/// <param name="Groups">Supplementary groups; null when they could not be read.</param>
/// <param name="UserNamespace">Inode number of its user namespace.</param>
public sealed record TaskCredentials(
    MemberValue Address,
    IReadOnlyList<(string Name, MemberValue Id)> Ids,
    IReadOnlyList<(string Name, MemberValue Set)> Capabilities,
    MemberValue SecureBits,
    IReadOnlyList<ulong>? Groups,
    MemberValue UserNamespace);
