// KernelSuperBlock: one file system in use.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Fs;

/// <summary>A struct super_block (include/linux/fs.h).</summary>
public sealed record KernelSuperBlock
{
    public required VirtAddr Address { get; init; }

    /// <summary>Name of the type; null when it could not be read.</summary>
    public string? Type { get; init; }

    /// <summary>Name of the device or whatever else it calls itself; null when it could not be read.</summary>
    public string? Name { get; init; }

    public required MemberValue DeviceNumber { get; init; }

    /// <summary>SB_*.</summary>
    public required MemberValue Flags { get; init; }

    /// <summary>Bytes.</summary>
    public required MemberValue BlockSize { get; init; }

    /// <summary>Number that tells the type on disk.</summary>
    public required MemberValue Magic { get; init; }

    /// <summary>Who holds it: mounts and others.</summary>
    public required MemberValue Active { get; init; }

    public required MemberValue Root { get; init; }
}
