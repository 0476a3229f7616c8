// IpcObject: what shared memory, semaphores and message queues have in common.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Ipc;

/// <summary>A struct kern_ipc_perm (include/linux/ipc.h).</summary>
public record IpcObject
{
    /// <summary>Address of the object around it: shmid_kernel, sem_array or msg_queue.</summary>
    public required VirtAddr Address { get; init; }

    public required MemberValue Id { get; init; }

    public required MemberValue Key { get; init; }

    public required MemberValue Uid { get; init; }

    public required MemberValue Gid { get; init; }

    /// <summary>Permission bits, and above them SHM_DEST (0x200) and SHM_LOCKED (0x400).</summary>
    public required MemberValue Mode { get; init; }
}
