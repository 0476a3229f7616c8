// KnownLocks: the locks of the kernel that are looked at whether somebody waits for them or not.
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Kernel;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages.Locks;

/// <summary>
/// Global locks by the names that kernel sources give them, the mmap_lock of every process, s_umount of every super block, and the lock of every run
/// queue. Bounded; never throws on data.
/// </summary>
internal static class KnownLocks
{
    /// <summary>Processes whose mmap_lock is read.</summary>
    private const int MaxProcesses = 65_536;

    private static readonly (LockKind Kind, string[] Symbols)[] s_globals =
    [
        (LockKind.Mutex,
        [
            "rtnl_mutex", "cgroup_mutex", "cpuset_mutex", "module_mutex", "text_mutex", "jump_label_mutex", "event_mutex", "trace_types_lock", "slab_mutex", "cpu_add_remove_lock",
            "wq_pool_mutex", "wq_pool_attach_mutex", "oom_lock", "system_transition_mutex", "pcpu_alloc_mutex", "kernfs_mutex", "input_mutex", "tty_mutex", "dpm_list_mtx",
            "freezer_mutex", "swapon_mutex", "kexec_mutex", "uevent_sock_mutex", "chrdevs_lock", "sched_domains_mutex", "ftrace_lock", "kprobe_mutex", "tracepoints_mutex",
            "acpi_scan_lock", "nf_hook_mutex", "sock_diag_mutex", "genl_mutex", "block_class_lock", "major_names_lock", "bdi_lock", "bpf_dispatcher_mutex", "reboot_mutex", "nfsd_mutex",
        ]),
        (LockKind.RwSemaphore, ["namespace_sem", "uts_sem", "pernet_ops_rwsem", "net_rwsem", "shrinker_rwsem", "crypto_alg_sem", "minors_rwsem", "bus_type_sem", "css_set_rwsem", "cb_lock", "umhelper_sem"]),
        (LockKind.PercpuRwSemaphore, ["cpu_hotplug_lock", "mem_hotplug_lock", "cgroup_threadgroup_rwsem", "dup_mmap_sem", "file_rwsem"]),
        (LockKind.Semaphore, ["console_sem"]),
        (LockKind.RwLock, ["tasklist_lock", "dev_base_lock", "binfmt_lock", "file_systems_lock"]),
        (LockKind.SpinLock, ["sb_lock", "inode_hash_lock", "mmlist_lock", "pidmap_lock", "vmap_area_lock", "free_vmap_area_lock", "css_set_lock", "cgroup_idr_lock", "unix_gc_lock", "swap_lock", "bdev_lock", "logbuf_lock"]),
    ];

    /// <summary>Locks with their names; global ones first.</summary>
    public static IEnumerable<(string Name, LockState State)> Read(PageContext context, CancellationToken cancellation)
    {
        foreach ((LockKind kind, string[] symbols) in s_globals)
        {
            foreach (string symbol in symbols)
            {
                if (context.Kernel.Symbols.FindByName(symbol).FirstOrDefault(found => found.Module is null or "nfsd") is { } known && IsOf(context, kind, known))
                {
                    yield return (symbol, LockCells.Read(context, kind, known.Address));
                }
            }
        }

        foreach ((string name, LockState state) in OfProcesses(context, cancellation).Concat(OfSuperBlocks(context)).Concat(OfRunQueues(context)))
        {
            yield return (name, state);
        }
    }

    /// <summary>The mmap_lock of a process, or null for a task without one.</summary>
    public static LockState? OfProcess(PageContext context, KernelTask task)
    {
        KernelObjects objects = context.Kernel.Objects;
        return objects.FindPointer(task.Address, "task_struct", "mm") is { } mm && objects.FindAddress(mm, "mm_struct", "mmap_lock", "mmap_sem") is { } at
            ? LockCells.Read(context, LockKind.RwSemaphore, at) : null;
    }

    // A variable of that name in another kernel may be something else: its type decides where it is known, else its size.
    private static bool IsOf(PageContext context, LockKind kind, KernelSymbol symbol)
    {
        if (context.Values.FindVariableType(symbol) is { } type)
        {
            return LockKindNames.Of(type, context.Values.Kernel) == kind;
        }

        return !symbol.IsText && LockKindNames.TagOf(kind, tag => context.Kernel.Types.FindSize(tag) is > 0) is { } tag
            && (symbol.Size == 0 || symbol.Size >= (ulong)context.Kernel.Types.FindSize(tag)!);
    }

    private static IEnumerable<(string, LockState)> OfProcesses(PageContext context, CancellationToken cancellation)
    {
        int count = 0;
        foreach (KernelTask task in context.Kernel.Tasks.All.Where(task => !task.IsKernelThread && task.Pid == (task.Tgid ?? task.Pid)))
        {
            cancellation.ThrowIfCancellationRequested();
            if (count++ < MaxProcesses && OfProcess(context, task) is { } state)
            {
                yield return (FormattableString.Invariant($"mmap_lock of PID {task.Pid} {task.Comm}"), state);
            }
        }
    }

    private static IEnumerable<(string, LockState)> OfSuperBlocks(PageContext context)
    {
        LinuxKernel kernel = context.Kernel;
        foreach (KernelSuperBlock block in new SuperBlockReader(kernel.Objects, kernel.Symbols.FindAddress).Read(out _))
        {
            if (kernel.Objects.FindAddress(block.Address, "super_block", "s_umount") is { } at)
            {
                yield return ($"s_umount of {block.Type ?? "a file system"} {block.Name}".TrimEnd(), LockCells.Read(context, LockKind.RwSemaphore, at));
            }
        }
    }

    private static IEnumerable<(string, LockState)> OfRunQueues(PageContext context)
    {
        if (context.Kernel.Symbols.FindAddress("runqueues") is not { } queues)
        {
            yield break;
        }

        foreach (int cpu in context.Kernel.Cpus.Possible)
        {
            if (context.Kernel.Cpus.FindPerCpu(queues, cpu) is { } queue && context.Kernel.Objects.FindAddress(queue, "rq", "__lock", "lock") is { } at)
            {
                yield return (FormattableString.Invariant($"lock of CPU {cpu}'s run queue"), LockCells.Read(context, LockKind.SpinLock, at));
            }
        }
    }
}
