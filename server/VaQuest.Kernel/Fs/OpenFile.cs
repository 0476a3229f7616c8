// OpenFile: one entry of a task's table of open files.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Fs;

/// <summary>A struct file, and the number that a task knows it by.</summary>
public sealed record OpenFile
{
    /// <summary>File descriptor; null when the file was not found through a task.</summary>
    public int? Descriptor { get; init; }

    /// <summary>Address of the struct file.</summary>
    public required VirtAddr Address { get; init; }

    public required KernelPath Path { get; init; }

    /// <summary>O_* as opened.</summary>
    public required MemberValue Flags { get; init; }

    /// <summary>Position, bytes.</summary>
    public required MemberValue Position { get; init; }

    /// <summary>Users of the struct file: descriptors in all tasks, mappings, whatever the kernel holds.</summary>
    public required MemberValue References { get; init; }

    public required MemberValue Inode { get; init; }

    public required MemberValue InodeNumber { get; init; }

    /// <summary>Type and permissions of the inode.</summary>
    public required MemberValue Mode { get; init; }

    public required MemberValue Dentry { get; init; }

    public required MemberValue Mount { get; init; }

    /// <summary>Its file_operations, whose name tells the driver or file system.</summary>
    public required MemberValue Operations { get; init; }
}
