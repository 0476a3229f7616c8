// TaskDetailReader: reads what a task_struct leads to.
using VaQuest.Binary;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Tasks;

/// <summary>Members by every form they had since 4.14; never throws on data.</summary>
public sealed class TaskDetailReader(KernelObjects objects)
{
    /// <summary>Places in signal_struct.pids (enum pid_type since 4.19; before that there was no TGID).</summary>
    private const int GroupPlace = 2;

    private const int SessionPlace = 3;

    /// <summary>MAX_PID_NS_LEVEL.</summary>
    private const ulong MaxPidLevel = 32;

    private static readonly string[] s_ids = ["uid", "gid", "suid", "sgid", "euid", "egid", "fsuid", "fsgid"];

    private static readonly (string Name, string Member)[] s_sets =
    [
        ("inheritable", "cap_inheritable"), ("permitted", "cap_permitted"), ("effective", "cap_effective"), ("bounding", "cap_bset"), ("ambient", "cap_ambient"),
    ];

    private static readonly (string Name, string Member, string Tag)[] s_namespaces =
    [
        ("cgroup", "cgroup_ns", "cgroup_namespace"), ("ipc", "ipc_ns", "ipc_namespace"), ("mnt", "mnt_ns", "mnt_namespace"), ("net", "net_ns", "net"),
        ("pid_for_children", "pid_ns_for_children", "pid_namespace"), ("time", "time_ns", "time_namespace"), ("uts", "uts_ns", "uts_namespace"),
    ];

    private readonly PathReader _paths = new(objects);

    public TaskDetails Read(VirtAddr task)
    {
        MemberValue memory = Member(task, "mm");
        MemberValue signal = Member(task, "signal");
        MemberValue pid = Member(task, "thread_pid");
        MemberValue level = objects.ReadMember(pid, "pid", "level");
        MemberValue files = Member(task, "fs");
        return new TaskDetails
        {
            State = Member(task, "__state", "state"),
            ExitState = Member(task, "exit_state"),
            ExitCode = Member(task, "exit_code"),
            Flags = Member(task, "flags"),
            Policy = Member(task, "policy"),
            Priority = Member(task, "prio"),
            StaticPriority = Member(task, "static_prio"),
            RealTimePriority = Member(task, "rt_priority"),
            UserTime = Member(task, "utime"),
            SystemTime = Member(task, "stime"),
            RunTime = Member(task, "se.sum_exec_runtime"),
            StartTime = Member(task, "start_boottime", "real_start_time"),
            LastRun = Member(task, "sched_info.last_arrival"),
            VoluntarySwitches = Member(task, "nvcsw"),
            InvoluntarySwitches = Member(task, "nivcsw"),
            MinorFaults = Member(task, "min_flt"),
            MajorFaults = Member(task, "maj_flt"),
            RealParent = Member(task, "real_parent"),
            Parent = Member(task, "parent"),
            GroupLeader = Member(task, "group_leader"),
            ProcessGroup = NumberOf(PidAt(signal, GroupPlace), 0),
            Session = NumberOf(PidAt(signal, SessionPlace), 0),
            PidLevel = level,
            InnerPid = level.Bits is { } deep and < MaxPidLevel ? NumberOf(pid, deep) : MemberValue.Absent(level.Bits is null ? level.Reason : "its PID is damaged"),
            Memory = memory,
            Seccomp = Member(task, "seccomp.mode"),
            Children = ReadChildren(task),
            WorkingDirectory = PathIn(files, "pwd"),
            RootDirectory = PathIn(files, "root"),
            Executable = memory.Bits == 0 ? null : ExecutableOf(memory),
        };
    }

    /// <summary>Credentials: those that count (cred), which may differ for a moment from those of its own (real_cred).</summary>
    public TaskCredentials ReadCredentials(VirtAddr task)
    {
        MemberValue cred = Member(task, "cred");
        return new TaskCredentials(
            cred,
            [.. s_ids.Select(name => (name, objects.ReadMember(cred, "cred", name + ".val", name)))],
            [
                .. s_sets.Select(set => (set.Name, ReadCapabilities(cred, set.Member))),
            ],
            objects.ReadMember(cred, "cred", "securebits"),
            ReadGroups(cred),
            objects.ReadMember(objects.ReadMember(cred, "cred", "user_ns"), "user_namespace", "ns.inum"));
    }

    /// <summary>RLIMIT_* of the process.</summary>
    public IReadOnlyList<ResourceLimit> ReadLimits(VirtAddr task)
    {
        MemberValue signal = Member(task, "signal");
        ulong size = (ulong)(objects.Types.FindSize("rlimit") ?? 16);
        var limits = new List<ResourceLimit>();
        for (int i = 0; i < ResourceLimit.Names.Length; i++)
        {
            VirtAddr? at = signal.Pointer is { } known ? objects.FindAddress(known, "signal_struct", "rlim") : null;
            limits.Add(at is { } table
                ? new ResourceLimit(
                    ResourceLimit.Names[i],
                    objects.ReadMember(table + (size * (ulong)i), "rlimit", "rlim_cur"),
                    objects.ReadMember(table + (size * (ulong)i), "rlimit", "rlim_max"))
                : new ResourceLimit(ResourceLimit.Names[i], MemberValue.Absent(NoTable(signal)), MemberValue.Absent(NoTable(signal))));
        }

        return limits;
    }

    /// <summary>Inode numbers of the namespaces it is in, by the names that /proc/PID/ns has.</summary>
    public IReadOnlyList<(string Name, MemberValue Address, string Tag, MemberValue Number)> ReadNamespaces(VirtAddr task)
    {
        MemberValue proxy = Member(task, "nsproxy");
        var found = new List<(string, MemberValue, string, MemberValue)>();
        foreach ((string name, string member, string tag) in s_namespaces)
        {
            MemberValue space = objects.ReadMember(proxy, "nsproxy", member);
            found.Add((name, space, tag, objects.ReadMember(space, tag, "ns.inum")));
        }

        MemberValue pid = Member(task, "thread_pid");
        MemberValue pidSpace = objects.ReadMember(pid, "pid", "level").Bits is { } level and < MaxPidLevel && UpidAt(pid, level) is { } upid
            ? objects.ReadMember(upid, "upid", "ns")
            : MemberValue.Absent("its PID is not known: a task that ended has given it back");
        found.Add(("pid", pidSpace, "pid_namespace", objects.ReadMember(pidSpace, "pid_namespace", "ns.inum")));
        MemberValue user = objects.ReadMember(Member(task, "cred"), "cred", "user_ns");
        found.Add(("user", user, "user_namespace", objects.ReadMember(user, "user_namespace", "ns.inum")));
        return found;
    }

    private MemberValue Member(VirtAddr task, params ReadOnlySpan<string> paths) => objects.ReadMember(task, "task_struct", paths);

    private static string NoTable(MemberValue signal) => signal.Bits is null or 0 ? signal.PointerReason : "this kernel has no signal_struct.rlim";

    private KernelPath PathIn(MemberValue files, string member) =>
        files.Pointer is { } fs && objects.FindAddress(fs, "fs_struct", member) is { } path
            ? _paths.Read(path)
            : new KernelPath("…") { Problem = files.Pointer is null ? files.PointerReason : "this kernel has no fs_struct." + member };

    private KernelPath ExecutableOf(MemberValue memory)
    {
        MemberValue file = objects.ReadMember(memory, "mm_struct", "exe_file");
        return file.Pointer is { } known && objects.FindAddress(known, "file", "f_path") is { } path
            ? _paths.Read(path)
            : new KernelPath("…") { Problem = file.PointerReason };
    }

    private WalkResult ReadChildren(VirtAddr task)
    {
        if (objects.FindAddress(task, "task_struct", "children") is not { } head || objects.Types.FindOffset("task_struct", "sibling") is not { } link)
        {
            return new WalkResult([], "the layout of task_struct is not known");
        }

        WalkResult walk = new LinkedWalks(objects.Reader, objects.Types).List(head);
        return walk with { Items = [.. walk.Items.Select(item => new WalkItem(item.Address - link))] };
    }

    // kernel_cap_t: two words until 6.2, one of 64 bits since.
    private MemberValue ReadCapabilities(MemberValue cred, string member)
    {
        if (cred.Pointer is not { } at)
        {
            return MemberValue.Absent(cred.PointerReason);
        }

        return objects.Types.FindMember("cred", member) is { Size: 8 } layout
            ? objects.Reader.TryReadUInt64(at + layout.Offset, out ulong bits) ? new MemberValue(bits, unchecked((long)bits), "") : MemberValue.Absent("it is not in the dump")
            : MemberValue.Absent("this kernel has no cred." + member);
    }

    private List<ulong>? ReadGroups(MemberValue cred)
    {
        MemberValue info = objects.ReadMember(cred, "cred", "group_info");
        if (info.Pointer is not { } at || objects.FindUInt(at, "group_info", "ngroups") is not { } count || objects.FindAddress(at, "group_info", "gid") is not { } first)
        {
            return null;
        }

        // NGROUPS_MAX.
        const ulong most = 65536;
        var groups = new List<ulong>();
        for (ulong i = 0; i < Math.Min(count, most); i++)
        {
            if (!objects.Reader.TryReadUInt32(first + (i * 4), out uint group))
            {
                return null;
            }

            groups.Add(group);
        }

        return groups;
    }

    private MemberValue PidAt(MemberValue signal, int place)
    {
        if (signal.Pointer is not { } at)
        {
            return MemberValue.Absent(signal.PointerReason);
        }

        // Before 4.19 the links were members of the task itself.
        if (objects.FindAddress(at, "signal_struct", "pids") is not { } table)
        {
            return MemberValue.Absent("this kernel has no signal_struct.pids");
        }

        return objects.Reader.TryReadWord(table + (ulong)(place * objects.Reader.WordSize), out ulong pid)
            ? new MemberValue(pid, unchecked((long)pid), "")
            : MemberValue.Absent("it is not in the dump");
    }

    private MemberValue NumberOf(MemberValue pid, ulong level) =>
        UpidAt(pid, level) is { } upid ? objects.ReadMember(upid, "upid", "nr") : MemberValue.Absent(pid.Bits is null or 0 ? pid.PointerReason : "this kernel has no pid.numbers");

    private VirtAddr? UpidAt(MemberValue pid, ulong level) =>
        pid.Pointer is { } at && objects.FindAddress(at, "pid", "numbers") is { } first && objects.Types.FindSize("upid") is { } size ? first + (level * (ulong)size) : null;
}
