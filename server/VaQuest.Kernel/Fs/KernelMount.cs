// KernelMount: one mount of a mount namespace.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Fs;

/// <summary>A mount (struct mount, fs/mount.h). Members that could not be read carry their reason.</summary>
public sealed record KernelMount
{
    /// <summary>Address of the struct mount.</summary>
    public required VirtAddr Address { get; init; }

    public required MemberValue Id { get; init; }

    public required MemberValue ParentId { get; init; }

    /// <summary>What was mounted, as the user named it; null when it could not be read.</summary>
    public string? Device { get; init; }

    /// <summary>Name of the file system's type; null when it could not be read.</summary>
    public string? Type { get; init; }

    /// <summary>Where it is mounted.</summary>
    public required KernelPath Point { get; init; }

    /// <summary>Which directory of the file system is mounted: "/" but for bind mounts.</summary>
    public required KernelPath Root { get; init; }

    public required MemberValue SuperBlock { get; init; }

    /// <summary>dev_t of the file system.</summary>
    public required MemberValue DeviceNumber { get; init; }

    /// <summary>MNT_* of include/linux/mount.h.</summary>
    public required MemberValue Flags { get; init; }

    /// <summary>SB_* of include/linux/fs.h.</summary>
    public required MemberValue SuperFlags { get; init; }

    /// <summary>The options that every file system has, as /proc/mounts writes them; those that only the file system knows are not among them.</summary>
    public IReadOnlyList<string> Options => MountOptions.NamesOf(Flags.Bits, SuperFlags.Bits);
}
