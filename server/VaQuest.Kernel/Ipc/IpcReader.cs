// IpcReader: shared memory, semaphores and message queues.
using VaQuest.Binary;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Ipc;

/// <summary>Reads ipc_namespace.ids[]: an IDR each of semaphores, queues and shared memory (ipc/util.h). Bounded; never throws on data.</summary>
public sealed class IpcReader(KernelObjects objects)
{
    /// <summary>Values of one set that are read: SEMMSL of all distributions is 32,000.</summary>
    private const int MaxValues = 32_000;

    /// <summary>Places in ids[]: IPC_SEM_IDS, IPC_MSG_IDS, IPC_SHM_IDS.</summary>
    private const int SemaphorePlace = 0;

    private const int QueuePlace = 1;

    private const int SharedPlace = 2;

    /// <summary>The objects of a namespace.</summary>
    /// <param name="space">Address of the struct ipc_namespace.</param>
    public IpcContents Read(VirtAddr space)
    {
        var problems = new List<string>();
        return new IpcContents(
            [.. Walk(space, SharedPlace, "shared memory", "shmid_kernel", "shm_perm", problems).Select(ReadShared)],
            [.. Walk(space, SemaphorePlace, "semaphores", "sem_array", "sem_perm", problems).Select(ReadSemaphores)],
            [.. Walk(space, QueuePlace, "message queues", "msg_queue", "q_perm", problems).Select(ReadQueue)],
            problems);
    }

    private VirtAddr[] Walk(VirtAddr space, int place, string what, string tag, string member, List<string> problems)
    {
        if (objects.FindAddress(space, "ipc_namespace", "ids") is not { } ids || objects.Types.FindSize("ipc_ids") is not { } size
            || objects.Types.FindOffset("ipc_ids", "ipcs_idr.idr_rt", "ipcs_idr") is not { } tree || objects.Types.FindOffset(tag, member) is not { } offset)
        {
            problems.Add($"the {what} are not known: this kernel has no {tag}, or its layout is not known");
            return [];
        }

        WalkResult walk = new IndexWalks(objects.Reader, objects.Types).Array(ids + ((ulong)size * (ulong)place) + tree);
        if (walk.Damage is { } damage)
        {
            problems.Add($"the {what} are not all known: {damage}");
        }

        return [.. walk.Items.Select(item => item.Address - offset)];
    }

    private SharedMemory ReadShared(VirtAddr shared)
    {
        MemberValue file = objects.ReadMember(shared, "shmid_kernel", "shm_file");
        return new SharedMemory
        {
            Address = shared,
            Id = Permission(shared, "shmid_kernel", "shm_perm", "id"),
            Key = Permission(shared, "shmid_kernel", "shm_perm", "key"),
            Uid = Permission(shared, "shmid_kernel", "shm_perm", "uid.val"),
            Gid = Permission(shared, "shmid_kernel", "shm_perm", "gid.val"),
            Mode = Permission(shared, "shmid_kernel", "shm_perm", "mode"),
            Bytes = objects.ReadMember(shared, "shmid_kernel", "shm_segsz"),
            Attached = objects.ReadMember(shared, "shmid_kernel", "shm_nattch"),
            CreatorPid = Pid(objects.ReadMember(shared, "shmid_kernel", "shm_cprid")),
            LastPid = Pid(objects.ReadMember(shared, "shmid_kernel", "shm_lprid")),
            File = file,
            Path = file.Pointer is { } known && objects.FindAddress(known, "file", "f_path") is { } path ? new PathReader(objects).Read(path) : null,
        };
    }

    private SemaphoreSet ReadSemaphores(VirtAddr set) => new()
    {
        Address = set,
        Id = Permission(set, "sem_array", "sem_perm", "id"),
        Key = Permission(set, "sem_array", "sem_perm", "key"),
        Uid = Permission(set, "sem_array", "sem_perm", "uid.val"),
        Gid = Permission(set, "sem_array", "sem_perm", "gid.val"),
        Mode = Permission(set, "sem_array", "sem_perm", "mode"),
        Count = objects.ReadMember(set, "sem_array", "sem_nsems"),
        Values = ReadValues(set),
        Waiting = CountWaiting(set),
    };

    private MessageQueue ReadQueue(VirtAddr queue) => new()
    {
        Address = queue,
        Id = Permission(queue, "msg_queue", "q_perm", "id"),
        Key = Permission(queue, "msg_queue", "q_perm", "key"),
        Uid = Permission(queue, "msg_queue", "q_perm", "uid.val"),
        Gid = Permission(queue, "msg_queue", "q_perm", "gid.val"),
        Mode = Permission(queue, "msg_queue", "q_perm", "mode"),
        Messages = objects.ReadMember(queue, "msg_queue", "q_qnum"),
        Bytes = objects.ReadMember(queue, "msg_queue", "q_cbytes"),
        MaxBytes = objects.ReadMember(queue, "msg_queue", "q_qbytes"),
        LastSendPid = Pid(objects.ReadMember(queue, "msg_queue", "q_lspid")),
        LastReceivePid = Pid(objects.ReadMember(queue, "msg_queue", "q_lrpid")),
    };

    private MemberValue Permission(VirtAddr at, string tag, string member, string path) => objects.ReadMember(at, tag, member + "." + path);

    // A struct pid; NULL means that nobody did yet.
    private MemberValue Pid(MemberValue pid) => pid.Pointer is { } at
        ? objects.FindAddress(at, "pid", "numbers") is { } numbers ? objects.ReadMember(numbers, "upid", "nr") : MemberValue.Absent("the layout of struct pid is not known")
        : MemberValue.Absent(pid.Bits == 0 ? "nobody" : pid.Reason);

    private List<long>? ReadValues(VirtAddr set)
    {
        if (objects.FindUInt(set, "sem_array", "sem_nsems") is not { } count || objects.FindAddress(set, "sem_array", "sems") is not { } first
            || objects.Types.FindSize("sem") is not { } size)
        {
            return null;
        }

        var values = new List<long>();
        for (ulong i = 0; i < Math.Min(count, MaxValues); i++)
        {
            if (objects.FindInt(first + (i * (ulong)size), "sem", "semval") is not { } value)
            {
                return null;
            }

            values.Add(value);
        }

        return values;
    }

    private int? CountWaiting(VirtAddr set)
    {
        var walks = new LinkedWalks(objects.Reader, objects.Types);
        int count = 0;
        foreach (string list in new[] { "pending_alter", "pending_const" })
        {
            if (objects.FindAddress(set, "sem_array", list) is not { } head || walks.List(head) is not { Damage: null } walk)
            {
                return null;
            }

            count += walk.Items.Count;
        }

        // Operations on one semaphore alone wait at that semaphore, unless others wait for several.
        if (objects.FindUInt(set, "sem_array", "sem_nsems") is not { } semaphores || objects.FindAddress(set, "sem_array", "sems") is not { } first
            || objects.Types.FindSize("sem") is not { } size)
        {
            return null;
        }

        for (ulong i = 0; i < Math.Min(semaphores, MaxValues); i++)
        {
            foreach (string list in new[] { "pending_alter", "pending_const" })
            {
                if (objects.FindAddress(first + (i * (ulong)size), "sem", list) is not { } head || walks.List(head) is not { Damage: null } walk)
                {
                    return null;
                }

                count += walk.Items.Count;
            }
        }

        return count;
    }
}
