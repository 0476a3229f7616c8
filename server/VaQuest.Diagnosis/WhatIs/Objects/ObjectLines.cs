// ObjectLines: objects of the kernel in a line each.
using System.Globalization;
using System.Net;
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.WhatIs.Objects;

/// <summary>Reads what people recognise an object by. Null where nothing can be read. Safe for concurrent use; never throws on data.</summary>
internal sealed class ObjectLines(LinuxKernel kernel)
{
    private static readonly string[] s_tcpStates =
    [
        "?", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "NEW_SYN_RECV",
    ];

    private readonly PathReader _paths = new(kernel.Objects);
    private readonly InodeReader _inodes = new(kernel.Objects);

    private KernelObjects Objects => kernel.Objects;

    /// <summary>The object of a structure in one line.</summary>
    public string? Find(StructType type, VirtAddr at) => type.Name switch
    {
        "task_struct" => OfTask(at),
        "dentry" => OfDentry(at),
        "file" => OfFile(at),
        "inode" => OfInode(at),
        "mm_struct" => OfMemoryMap(at),
        "vm_area_struct" => OfArea(at),
        "kmem_cache" => kernel.Slabs.ReadCache(at, out _) is { } cache
            ? FormattableString.Invariant($"slab cache {cache.Name}, objects of {cache.ObjectSize} bytes") : null,
        "cred" => OfCredentials(at),
        "mount" => OfMount(at),
        "super_block" => OfSuperBlock(at),
        "net_device" => Text(at, "net_device", "name") is { } name ? "network device " + name : null,
        "gendisk" => Text(at, "gendisk", "disk_name") is { } disk ? "disk " + disk : null,
        "module" => Text(at, "module", "name") is { } module ? "module " + module : null,
        "pid" => Objects.FindUInt(at, "pid", "numbers") is null && Objects.Types.FindOffset("pid", "numbers") is { } numbers
            && Objects.Reader.TryReadInt32(at + numbers, out int number) ? FormattableString.Invariant($"PID {number}") : null,
        "kernfs_node" => Objects.FindName(at, "kernfs_node", "name") is { Length: > 0 } node ? "kernfs entry " + DumpText.Escape(node) : null,
        "sk_buff" => OfBuffer(at),
        "vm_struct" => Objects.FindPointer(at, "vm_struct", "addr") is { } area && Objects.FindUInt(at, "vm_struct", "size") is { } size
            ? $"vmalloc area at {area}, {Words.Bytes(size)}" : null,
        _ => OfContainer(type, at),
    };

    /// <summary>True when what an object holds shows that it is of a type, where the cache's name alone would not.</summary>
    public bool IsProven(StructType type, VirtAddr at) => type.Name == "file" && Objects.FindPointer(at, "file", "f_path.dentry") is { } dentry
        && kernel.Slabs.FindObject(dentry, out _) is { Offset: 0, Cache.Name: "dentry" };

    private string? OfTask(VirtAddr at)
    {
        if (kernel.Tasks.FindByAddress(at) is { } task)
        {
            return FormattableString.Invariant($"PID {task.Pid} {DumpText.Escape(task.Comm)}, state {task.State}");
        }

        return Objects.FindInt(at, "task_struct", "pid") is { } pid && Text(at, "task_struct", "comm") is { } comm
            ? FormattableString.Invariant($"PID {pid} {comm}, on no list of tasks: it has ended") : null;
    }

    private string? OfDentry(VirtAddr at) => PathOf(_paths.ReadInFileSystem(at)) is { } path ? path + InFileSystem(Objects.FindPointer(at, "dentry", "d_sb")) : null;

    private string? OfFile(VirtAddr at) => Objects.FindAddress(at, "file", "f_path") is { } path ? PathOf(_paths.Read(path)) : null;

    private string? OfInode(VirtAddr at)
    {
        KernelInode inode = _inodes.Read(at);
        if (inode.Number.Bits is not { } number || inode.Mode.Bits is not { } mode)
        {
            return null;
        }

        string kind = FileModes.KindOf(mode) ?? "inode";
        string size = inode.Size.Bits is { } bytes && (mode & 0xf000) == 0x8000 ? ", " + Words.Bytes(bytes) : "";
        string? name = FindPathOfInode(at);
        string path = name is null ? "" : " " + name;
        return FormattableString.Invariant($"{kind}{path}, inode {number}{size}{InFileSystem(inode.SuperBlock.Pointer)}");
    }

    /// <summary>A name that leads to an inode, or null.</summary>
    public string? FindPathOfInode(VirtAddr inode) =>
        _inodes.ReadAliases(inode).Items is [var alias, ..] ? PathOf(_paths.ReadInFileSystem(alias.Address)) : null;

    /// <summary>The path of a struct file, or null.</summary>
    public string? FindPathOfFile(VirtAddr file) => OfFile(file);

    private string? OfMemoryMap(VirtAddr at)
    {
        foreach (KernelTask task in kernel.Tasks.All)
        {
            if (!task.IsKernelThread && task.Pid == (task.Tgid ?? task.Pid) && Objects.FindPointer(task.Address, "task_struct", "mm") == at)
            {
                return FormattableString.Invariant($"memory map of PID {task.Pid} {DumpText.Escape(task.Comm)}");
            }
        }

        return null;
    }

    private string? OfArea(VirtAddr at)
    {
        if (Objects.FindUInt(at, "vm_area_struct", "vm_start") is not { } start || Objects.FindUInt(at, "vm_area_struct", "vm_end") is not { } end)
        {
            return null;
        }

        string? path = Objects.FindPointer(at, "vm_area_struct", "vm_file") is { } file ? OfFile(file) : null;
        string? owner = Objects.FindPointer(at, "vm_area_struct", "vm_mm") is { } mm ? OfMemoryMap(mm) : null;
        return FormattableString.Invariant($"{Words.Hex(start)}-{Words.Hex(end)} {path ?? "anonymous"}{(owner is null ? "" : ", " + owner)}");
    }

    private string? OfCredentials(VirtAddr at) =>
        Objects.FindUInt(at, "cred", "uid.val", "uid") is { } uid && Objects.FindUInt(at, "cred", "gid.val", "gid") is { } gid
            ? FormattableString.Invariant($"uid {uid}, gid {gid}") : null;

    private string? OfMount(VirtAddr at)
    {
        string? device = Objects.FindName(at, "mount", "mnt_devname");
        return Objects.FindAddress(at, "mount", "mnt") is { } inner && Objects.FindPointer(at, "mount", "mnt.mnt_root") is { } root
            && PathOf(_paths.Read(inner, root)) is { } path
            ? $"mount at {path}{(device is { Length: > 0 } ? " of " + DumpText.Escape(device) : "")}" : null;
    }

    private string? OfSuperBlock(VirtAddr at) =>
        Text(at, "super_block", "s_id") is { } id && Objects.FindPointer(at, "super_block", "s_type") is { } type
            ? $"{DumpText.Escape(Objects.FindName(type, "file_system_type", "name") ?? "?")} file system on {id}" : null;

    private string? OfBuffer(VirtAddr at)
    {
        if (Objects.FindUInt(at, "sk_buff", "len") is not { } length)
        {
            return null;
        }

        string? device = Objects.FindPointer(at, "sk_buff", "dev") is { } dev && kernel.Layout.Find(dev) is not null ? Text(dev, "net_device", "name") : null;
        string? socket = Objects.FindPointer(at, "sk_buff", "sk") is { } sk ? OfSocket(sk) : null;
        return FormattableString.Invariant($"socket buffer of {length} bytes{(device is null ? "" : ", device " + device)}{(socket is null ? "" : ", of " + socket)}");
    }

    // A socket or an inode may be the first, or any, member.
    private string? OfContainer(StructType type, VirtAddr at)
    {
        if (FindInside(type, "sock_common", 0) is { } common)
        {
            return OfSocket(at + common);
        }

        if (type.FindField("vfs_inode") is { } inode)
        {
            return OfInode(at + (ulong)inode.ByteOffset);
        }

        return FindInside(type, "inode", 0) is { } place ? OfInode(at + place) : null;
    }

    // Only first members and direct ones: struct tcp_sock begins with its inet_connection_sock, inet_sock, sock, sock_common.
    private static ulong? FindInside(StructType type, string tag, int depth)
    {
        const int MaxDepth = 6;
        foreach (StructMember member in type.Members)
        {
            if (member.Type.Unqualified is not StructType inner)
            {
                continue;
            }

            if (inner.Name == tag && !inner.IsUnion)
            {
                return (ulong)member.ByteOffset;
            }

            if (member.ByteOffset == 0 && depth < MaxDepth && FindInside(inner, tag, depth + 1) is { } offset)
            {
                return offset;
            }
        }

        return null;
    }

    /// <summary>Protocol, state and addresses of a struct sock or what begins with one; null when it cannot be read.</summary>
    public string? OfSocket(VirtAddr at)
    {
        if (Objects.FindUInt(at, "sock_common", "skc_family") is not { } family || Objects.FindUInt(at, "sock_common", "skc_state") is not { } state)
        {
            return null;
        }

        string protocol = Objects.FindPointer(at, "sock_common", "skc_prot") is { } prot && Text(prot, "proto", "name") is { } name ? name : "socket";
        string stateName = state < (ulong)s_tcpStates.Length ? s_tcpStates[state] : FormattableString.Invariant($"state {state}");
        return family switch
        {
            2 => $"{protocol} socket, {stateName}, {Endpoint4(at, "skc_rcv_saddr", "skc_num", isBigEndian: false)} to {Endpoint4(at, "skc_daddr", "skc_dport", isBigEndian: true)}",
            10 => $"{protocol} socket, {stateName}, {Endpoint6(at, "skc_v6_rcv_saddr", "skc_num", isBigEndian: false)} to {Endpoint6(at, "skc_v6_daddr", "skc_dport", isBigEndian: true)}",
            _ => FormattableString.Invariant($"{protocol} socket, address family {family}, {stateName}"),
        };
    }

    private string Endpoint4(VirtAddr at, string address, string port, bool isBigEndian)
    {
        byte[] bytes = new byte[4];
        return Objects.FindAddress(at, "sock_common", address) is { } place && Objects.Reader.Read(place, bytes).IsOk
            ? new IPAddress(bytes) + ":" + Port(at, port, isBigEndian) : "?";
    }

    private string Endpoint6(VirtAddr at, string address, string port, bool isBigEndian)
    {
        byte[] bytes = new byte[16];
        return Objects.FindAddress(at, "sock_common", address) is { } place && Objects.Reader.Read(place, bytes).IsOk
            ? "[" + new IPAddress(bytes) + "]:" + Port(at, port, isBigEndian) : "?";
    }

    private string Port(VirtAddr at, string member, bool isBigEndian)
    {
        if (Objects.FindUInt(at, "sock_common", member) is not { } port)
        {
            return "?";
        }

        ushort number = (ushort)(port & ushort.MaxValue);
        bool isSwapped = isBigEndian && !Objects.Reader.IsBigEndian;
        return (isSwapped ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(number) : number).ToString(CultureInfo.InvariantCulture);
    }

    private string InFileSystem(VirtAddr? super) =>
        super is { } at && Objects.FindPointer(at, "super_block", "s_type") is { } type && Objects.FindName(type, "file_system_type", "name") is { Length: > 0 } name
            ? " (" + DumpText.Escape(name) + ")" : "";

    private string? Text(VirtAddr at, string tag, string member) =>
        Objects.FindText(at, tag, member) is { Length: > 0 } text ? DumpText.Escape(KernelText.FromLatin1(text)) : null;

    private static string? PathOf(KernelPath path) =>
        path.Text.Length == 0 || (path.Problem is not null && path.Text is "…" or "…/") ? null : DumpText.Escape(path.Text) + (path.IsDeleted ? " (deleted)" : "");
}
