// ContainerFinder: the lists and trees inside of an object, and what is in them.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Values;

/// <summary>
/// Finds members that are heads of containers. What their nodes are part of is in no type: a table knows the usual ones by the structure around
/// the head, and is believed only where this kernel has both. Never throws on data.
/// </summary>
public sealed class ContainerFinder(KernelReader reader, KernelTypes types)
{
    /// <summary>Structures inside of structures that are searched.</summary>
    private const int MaxDepth = 6;

    /// <summary>Containers of one object; task_struct has some thirty.</summary>
    private const int MaxMembers = 200;

    private static readonly Dictionary<string, string> s_elements = new(StringComparer.Ordinal)
    {
        ["task_struct.children"] = "task_struct.sibling",
        ["task_struct.ptraced"] = "task_struct.ptrace_entry",
        ["signal_struct.thread_head"] = "task_struct.thread_node",
        ["sigpending.list"] = "sigqueue.list",
        ["super_block.s_inodes"] = "inode.i_sb_list",
        ["super_block.s_mounts"] = "mount.mnt_instance",
        ["file_system_type.fs_supers"] = "super_block.s_instances",
        ["mnt_namespace.list"] = "mount.mnt_list",
        ["mnt_namespace.mounts"] = "mount.mnt_node",
        ["mount.mnt_mounts"] = "mount.mnt_child",
        ["dentry.d_subdirs"] = "dentry.d_child",
        ["dentry.d_children"] = "dentry.d_sib",
        ["inode.i_dentry"] = "dentry.d_u.d_alias",
        ["address_space.i_mmap"] = "vm_area_struct.shared.rb",
        ["mm_struct.mm_rb"] = "vm_area_struct.vm_rb",
        ["anon_vma.rb_root"] = "anon_vma_chain.rb",
        ["css_set.tasks"] = "task_struct.cg_list",
        ["css_set.cgrp_links"] = "cgrp_cset_link.cgrp_link",
        ["cgroup.cset_links"] = "cgrp_cset_link.cset_link",
        ["rq.cfs_tasks"] = "task_struct.se.group_node",
        ["cfs_rq.tasks_timeline"] = "sched_entity.run_node",
        ["workqueue_struct.pwqs"] = "pool_workqueue.pwqs_node",
        ["worker_pool.workers"] = "worker.node",
        ["worker_pool.idle_list"] = "worker.entry",
        ["worker_pool.worklist"] = "work_struct.entry",
        ["wait_queue_head.head"] = "wait_queue_entry.entry",
        ["mutex.wait_list"] = "mutex_waiter.list",
        ["rw_semaphore.wait_list"] = "rwsem_waiter.list",
        ["semaphore.wait_list"] = "semaphore_waiter.list",
        ["msg_queue.q_messages"] = "msg_msg.m_list",
        ["net.dev_base_head"] = "net_device.dev_list",
        ["kset.list"] = "kobject.entry",
        ["swap_info_struct.avail_lists"] = "swap_info_struct.avail_lists.node_list",
        ["futex_hash_bucket.chain"] = "futex_q.list.node_list",
        ["pm_qos_constraints.list"] = "pm_qos_request.node.node_list",
        ["freq_constraints.min_freq.list"] = "freq_qos_request.pnode.node_list",
    };

    private readonly LinkedWalks _linked = new(reader, types);

    private readonly IndexWalks _indexed = new(reader, types);

    /// <summary>The kind of container that a structure is, or null.</summary>
    public static string? KindOf(string tag) => tag switch
    {
        "list_head" => "list",
        "hlist_head" or "hlist_nulls_head" => "hlist",
        "llist_head" => "llist",
        "rb_root" or "rb_root_cached" => "rbtree",
        "xarray" or "radix_tree_root" => "xarray",
        "idr" => "idr",
        "maple_tree" => "maple_tree",
        "plist_head" => "plist",
        _ => null,
    };

    /// <summary>The containers of an object, those of structures inside of it too.</summary>
    /// <param name="address">Of the object.</param>
    /// <param name="type">Its definition.</param>
    /// <param name="resolve">The definition of a type that is only declared; typedefs and qualifiers are looked through.</param>
    public IReadOnlyList<ContainerMember> Find(VirtAddr address, StructType type, Func<CType, CType> resolve)
    {
        var found = new List<ContainerMember>();
        Search(found, address, type, "", type.Name, resolve, 0);
        return found;
    }

    /// <summary>The entries of a container: its nodes, or of xarray, idr and maple_tree what is stored. Null for a kind that does not exist.</summary>
    public WalkResult? Walk(string kind, VirtAddr head) => kind switch
    {
        "list" => _linked.List(head),
        "hlist" => _linked.HashList(head),
        "llist" => _linked.LocklessList(head),
        "rbtree" => _linked.RedBlackTree(head),
        "xarray" => _indexed.Array(head),
        "idr" => _indexed.Array(head + (types.FindOffset("idr", "idr_rt") ?? 0)),
        "maple_tree" => _indexed.MapleTree(head),
        "plist" => _linked.List(head + (types.FindOffset("plist_head", "node_list") ?? 0)),
        _ => null,
    };

    /// <summary>Where a node is in its structure: "task_struct.sibling"; null when this kernel has no such member.</summary>
    public (string Tag, ulong Offset)? FindElement(string element)
    {
        int dot = element.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && types.FindOffset(element[..dot], element[(dot + 1)..]) is { } offset ? (element[..dot], offset) : null;
    }

    // A table's entry is by the innermost structure that has a name: "pending.list" of a task is sigpending.list.
    private void Search(
        List<ContainerMember> found, VirtAddr address, StructType type, string path, string tag, Func<CType, CType> resolve, int depth)
    {
        foreach (StructMember member in type.Members)
        {
            if (found.Count >= MaxMembers || depth > MaxDepth || resolve(member.Type) is not StructType inner)
            {
                continue;
            }

            string name = member.Name.Length == 0 ? path : path.Length == 0 ? member.Name : path + "." + member.Name;
            VirtAddr at = address + (ulong)member.ByteOffset;
            if (KindOf(inner.Name) is { } kind)
            {
                string? element = s_elements.GetValueOrDefault(tag + "." + member.Name);
                found.Add(new ContainerMember(name, kind, at, element is not null && FindElement(element) is not null ? element : null));
            }
            else
            {
                Search(found, at, inner, name, inner.Name.Length > 0 ? inner.Name : tag, resolve, depth + 1);
            }
        }
    }
}
