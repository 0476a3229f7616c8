// MountReader: the mounts of a mount namespace.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Fs;

/// <summary>
/// Reads struct mnt_namespace: an rb-tree of mounts since 6.8 (mount.mnt_node), a list before (mount.mnt_list). Never throws on data.
/// </summary>
public sealed class MountReader(KernelObjects objects)
{
    /// <summary>A reader of /proc/mounts keeps its place by an entry of the list that is no mount (5.8 to 6.7).</summary>
    private const ulong CursorFlag = 0x10000000;

    private readonly PathReader _paths = new(objects);

    /// <summary>All mounts of a namespace.</summary>
    /// <param name="mountNamespace">Address of the struct mnt_namespace.</param>
    public MountList Read(VirtAddr mountNamespace)
    {
        if (objects.Types.FindOffset("mount", "mnt") is null)
        {
            return new MountList([], "the layout of struct mount is not known: the kernel has no BTF in the dump and no vmlinux was given");
        }

        WalkResult walk = Walk(mountNamespace, out ulong link);
        var mounts = new List<KernelMount>(walk.Items.Count);
        foreach (WalkItem item in walk.Items)
        {
            VirtAddr mount = item.Address - link;
            bool isCursor = (objects.FindUInt(mount, "mount", "mnt.mnt_flags") & CursorFlag) is not (null or 0)
                && objects.FindPointer(mount, "mount", "mnt.mnt_sb") is null;
            if (!isCursor)
            {
                mounts.Add(ReadMount(mount));
            }
        }

        return new MountList(mounts, walk.Damage);
    }

    /// <summary>One mount.</summary>
    /// <param name="mount">Address of the struct mount.</param>
    public KernelMount ReadMount(VirtAddr mount)
    {
        MemberValue super = objects.ReadMember(mount, "mount", "mnt.mnt_sb");
        VirtAddr? type = super.Pointer is { } block ? objects.FindPointer(block, "super_block", "s_type") : null;
        MemberValue root = objects.ReadMember(mount, "mount", "mnt.mnt_root");
        VirtAddr? inner = objects.FindAddress(mount, "mount", "mnt");
        return new KernelMount
        {
            Address = mount,
            Id = objects.ReadMember(mount, "mount", "mnt_id"),
            ParentId = objects.ReadMember(objects.ReadMember(mount, "mount", "mnt_parent"), "mount", "mnt_id"),
            Device = objects.FindName(mount, "mount", "mnt_devname"),
            Type = type is { } known ? FindTypeName(known, super.Pointer!.Value) : null,
            Point = root.Pointer is { } dentry ? _paths.Read(inner, dentry) : new KernelPath("…") { Problem = root.PointerReason },
            Root = root.Pointer is { } top ? _paths.ReadInFileSystem(top) : new KernelPath("…") { Problem = root.PointerReason },
            SuperBlock = super,
            DeviceNumber = objects.ReadMember(super, "super_block", "s_dev"),
            Flags = objects.ReadMember(mount, "mount", "mnt.mnt_flags"),
            SuperFlags = objects.ReadMember(super, "super_block", "s_flags"),
        };
    }

    // "fuse.sshfs": the second part is the super block's.
    private string? FindTypeName(VirtAddr type, VirtAddr super)
    {
        string? name = objects.FindName(type, "file_system_type", "name");
        string? part = objects.FindName(super, "super_block", "s_subtype");
        return name is not null && part is { Length: > 0 } ? name + "." + part : name;
    }

    private WalkResult Walk(VirtAddr mountNamespace, out ulong link)
    {
        var walks = new LinkedWalks(objects.Reader, objects.Types);
        if (objects.Types.FindOffset("mount", "mnt_node") is { } node && objects.FindAddress(mountNamespace, "mnt_namespace", "mounts") is { } tree)
        {
            link = node;
            return walks.RedBlackTree(tree);
        }

        if (objects.Types.FindOffset("mount", "mnt_list") is { } list && objects.FindAddress(mountNamespace, "mnt_namespace", "list") is { } head)
        {
            link = list;
            return walks.List(head);
        }

        link = 0;
        return new WalkResult([], "this kernel keeps its mounts in a way that is not known here");
    }
}
