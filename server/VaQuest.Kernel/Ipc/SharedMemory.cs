// SharedMemory: a System V shared memory segment.
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Ipc;

/// <summary>A struct shmid_kernel (ipc/shm.c).</summary>
public sealed record SharedMemory : IpcObject
{
    /// <summary>Bytes.</summary>
    public required MemberValue Bytes { get; init; }

    /// <summary>Mappings of it.</summary>
    public required MemberValue Attached { get; init; }

    /// <summary>PIDs of who made it and who used it last.</summary>
    public required MemberValue CreatorPid { get; init; }

    public required MemberValue LastPid { get; init; }

    public required MemberValue File { get; init; }

    /// <summary>The name of its file, as in /proc/PID/maps; null when it could not be read.</summary>
    public KernelPath? Path { get; init; }
}
