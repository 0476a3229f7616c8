// CacheTypes: which structures slab caches hold.
using System.Collections.Frozen;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Memory.Slabs;

namespace VaQuest.Diagnosis.WhatIs.Objects;

/// <summary>
/// The type of a cache's objects by the cache's name, as kmem_cache_create() calls of the kernel have paired them. A structure must fit: its size in
/// this kernel's types is at most the cache's object size, and not much below.
/// </summary>
internal static class CacheTypes
{
    /// <summary>Objects are rounded up to words and cache lines; some carry private data of a file system or protocol behind.</summary>
    private const ulong MaxSlack = 64;

    private static readonly FrozenDictionary<string, string> s_types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["filp"] = "file", ["inode_cache"] = "inode", ["sock_inode_cache"] = "socket_alloc", ["ext4_inode_cache"] = "ext4_inode_info",
        ["ext2_inode_cache"] = "ext2_inode_info", ["shmem_inode_cache"] = "shmem_inode_info", ["proc_inode_cache"] = "proc_inode",
        ["bdev_cache"] = "bdev_inode", ["mqueue_inode_cache"] = "mqueue_inode_info", ["hugetlbfs_inode_cache"] = "hugetlbfs_inode_info",
        ["nfs_inode_cache"] = "nfs_inode", ["fuse_inode"] = "fuse_inode", ["fat_inode_cache"] = "msdos_inode_info", ["isofs_inode_cache"] = "iso_inode_info",
        ["rpc_inode_cache"] = "rpc_inode", ["ovl_inode"] = "ovl_inode", ["xfs_inode"] = "xfs_inode", ["btrfs_inode"] = "btrfs_inode",
        ["f2fs_inode_cache"] = "f2fs_inode_info", ["squashfs_inode_cache"] = "squashfs_inode_info", ["signal_cache"] = "signal_struct",
        ["sighand_cache"] = "sighand_struct", ["files_cache"] = "files_struct", ["fs_cache"] = "fs_struct", ["cred_jar"] = "cred", ["uid_cache"] = "user_struct",
        ["key_jar"] = "key", ["TCP"] = "tcp_sock", ["TCPv6"] = "tcp6_sock", ["UDP"] = "udp_sock", ["UDPv6"] = "udp6_sock", ["UDP-Lite"] = "udp_sock",
        ["UDPLITEv6"] = "udp6_sock", ["RAW"] = "raw_sock", ["RAWv6"] = "raw6_sock", ["PING"] = "inet_sock", ["PINGv6"] = "raw6_sock", ["UNIX"] = "unix_sock",
        ["UNIX-STREAM"] = "unix_sock", ["NETLINK"] = "netlink_sock", ["PACKET"] = "packet_sock", ["MPTCP"] = "mptcp_sock", ["skbuff_head_cache"] = "sk_buff",
        ["skbuff_fclone_cache"] = "sk_buff_fclones", ["request_sock_TCP"] = "tcp_request_sock", ["request_sock_TCPv6"] = "tcp6_request_sock",
        ["tw_sock_TCP"] = "tcp_timewait_sock", ["tw_sock_TCPv6"] = "tcp6_timewait_sock", ["tcp_bind_bucket"] = "inet_bind_bucket",
        ["kernfs_node_cache"] = "kernfs_node", ["kernfs_iattrs_cache"] = "kernfs_iattrs", ["mnt_cache"] = "mount", ["eventpoll_epi"] = "epitem",
        ["eventpoll_pwq"] = "eppoll_entry", ["blkdev_ioc"] = "io_context", ["file_lock_cache"] = "file_lock", ["file_lock_ctx"] = "file_lock_context",
        ["numa_policy"] = "mempolicy", ["posix_timers_cache"] = "k_itimer", ["net_namespace"] = "net", ["ip_dst_cache"] = "rtable", ["ip6_dst_cache"] = "rt6_info",
        ["jbd2_journal_head"] = "journal_head", ["ext4_extent_status"] = "extent_status", ["radix_tree_node"] = "xa_node", ["io_kiocb"] = "io_kiocb",
        ["uts_namespace"] = "uts_namespace", ["ip_fib_alias"] = "fib_alias", ["ip_fib_trie"] = "key_vector", ["fasync_cache"] = "fasync_struct",
        ["nf_conntrack"] = "nf_conn", ["biovec-max"] = "bio_vec", ["jbd2_transaction_s"] = "transaction_s", ["jbd2_inode"] = "jbd2_inode",
        ["avtab_node"] = "avtab_node", ["dmaengine-unmap-16"] = "dmaengine_unmap_data", ["inet_peer_cache"] = "inet_peer", ["fib6_node"] = "fib6_node",
        ["perf_event"] = "perf_event", ["task_delay_info"] = "task_delay_info", ["trace_event_file"] = "trace_event_file", ["rpc_tasks"] = "rpc_task",
        ["nfs_read_data"] = "nfs_pgio_header", ["nfs_write_data"] = "nfs_pgio_header",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The structure that a cache's objects are; null when the name tells none, or it does not fit.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="findStruct">Looks up structures of this kernel, and of a module.</param>
    /// <param name="module">The module that the cache is of, or null.</param>
    public static StructType? Find(SlabCache cache, Func<string, string?, StructType?> findStruct, string? module)
    {
        string tag = s_types.GetValueOrDefault(cache.Name, cache.Name);
        if (!tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') || findStruct(tag, module) is not { ByteSize: > 0 } type)
        {
            return null;
        }

        ulong size = (ulong)type.ByteSize.Value;
        bool hasTail = tag is "task_struct" or "mm_struct" or "socket_alloc" or "pid" or "bio_vec" or "kmem_cache";
        bool isFit = size <= cache.ObjectSize && (cache.ObjectSize - size <= MaxSlack || hasTail);

        // task_struct ends in the registers of the largest CPU; mm_struct and pid in arrays; kmem_cache in fewer nodes than its type says.
        return isFit || tag == "kmem_cache" || (tag == "task_struct" && cache.ObjectSize > size / 2) ? type : null;
    }

    /// <summary>True when the kernel keeps no other objects in the cache under its name: nothing was merged into it.</summary>
    public static bool IsProof(SlabCache cache) => cache.ReferenceCount is null or <= 1;
}
