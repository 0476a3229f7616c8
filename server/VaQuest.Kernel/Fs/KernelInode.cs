// KernelInode: what a kernel knows of a file, whatever its names are.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Fs;

/// <summary>A struct inode (include/linux/fs.h).</summary>
public sealed record KernelInode
{
    public required VirtAddr Address { get; init; }

    public required MemberValue Number { get; init; }

    /// <summary>Type and permissions; see <see cref="FileModes"/>.</summary>
    public required MemberValue Mode { get; init; }

    public required MemberValue Uid { get; init; }

    public required MemberValue Gid { get; init; }

    /// <summary>Bytes.</summary>
    public required MemberValue Size { get; init; }

    /// <summary>Names that lead to it.</summary>
    public required MemberValue Links { get; init; }

    public required MemberValue References { get; init; }

    /// <summary>I_DIRTY and others, include/linux/fs.h.</summary>
    public required MemberValue State { get; init; }

    /// <summary>Modification, seconds since 1970.</summary>
    public required MemberValue ModifiedSeconds { get; init; }

    /// <summary>dev_t of a device node.</summary>
    public required MemberValue DeviceNumber { get; init; }

    public required MemberValue Mapping { get; init; }

    /// <summary>Pages of the file in the page cache.</summary>
    public required MemberValue CachedPages { get; init; }

    public required MemberValue SuperBlock { get; init; }

    /// <summary>Name of the file system's type; null when it could not be read.</summary>
    public string? FileSystem { get; init; }
}
