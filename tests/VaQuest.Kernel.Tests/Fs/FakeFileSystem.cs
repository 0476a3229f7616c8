// FakeFileSystem: dentries and mounts in fake memory.
using System.Text;
using VaQuest.Binary;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Tests.Fs;

/// <summary>Each object is on a page of its own, so that a test can lose it.</summary>
internal sealed class FakeFileSystem
{
    private const ulong Page = 0x1000;

    private ulong _next = 0x100000;

    public FakeKernelMemory Memory { get; } = new();

    public FakeTypes Types { get; } = new(
        "path: mnt dentry",
        "dentry: d_parent d_inode d_op d_sb d_hash.next d_hash.pprev d_name.len d_name.name",
        "dentry_operations: d_dname",
        "inode: i_ino i_private",
        "super_block: s_type s_dev s_flags s_subtype",
        "file_system_type: name",
        "vfsmount: mnt_root mnt_sb mnt_flags",
        "mount: mnt_parent mnt_mountpoint mnt_ns mnt_id mnt_devname mnt.mnt_root mnt.mnt_sb mnt.mnt_flags mnt_list.next mnt_list.prev",
        "mnt_namespace: list.next list.prev");

    public KernelObjects Objects => Types.Over(Memory);

    public PathReader Paths => new(Objects);

    /// <summary>Address of a new page.</summary>
    public ulong Allocate() => _next += Page;

    public ulong Text(string text)
    {
        ulong at = Allocate();
        Memory.Write(at, [.. Encoding.UTF8.GetBytes(text), 0]);
        return at;
    }

    /// <summary>A dentry; without a parent it is a root.</summary>
    public ulong Dentry(string name, ulong? parent = null)
    {
        ulong at = Allocate();
        Set(at, "dentry", "d_parent", parent ?? at);
        Set(at, "dentry", "d_hash.pprev", 1);
        Set(at, "dentry", "d_op", 0);
        Set(at, "dentry", "d_name.len", (ulong)Encoding.UTF8.GetByteCount(name));
        Set(at, "dentry", "d_name.name", Text(name));
        return at;
    }

    /// <summary>A mount of a root; without a place it is the mount below all.</summary>
    public ulong Mount(ulong root, ulong? parent = null, ulong point = 0, ulong space = 1)
    {
        ulong at = Allocate();
        Set(at, "mount", "mnt_parent", parent ?? at);
        Set(at, "mount", "mnt_mountpoint", parent is null ? root : point);
        Set(at, "mount", "mnt_ns", space);
        Set(at, "mount", "mnt.mnt_root", root);
        Set(at, "mount", "mnt_id", at / Page);
        return at;
    }

    public void Set(ulong at, string tag, string path, ulong value) => Types.Set(Memory, at, tag, path, value);

    /// <summary>The path of a dentry in a mount.</summary>
    public KernelPath PathOf(ulong mount, ulong dentry) => Paths.Read(new VirtAddr(Types.AddressOf(mount, "mount", "mnt")), new VirtAddr(dentry));
}
