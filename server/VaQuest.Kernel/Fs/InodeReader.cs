// InodeReader: reads struct inode, and the names that lead to one.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Fs;

/// <summary>Members by every form they had; never throws on data.</summary>
public sealed class InodeReader(KernelObjects objects)
{
    public KernelInode Read(VirtAddr inode)
    {
        MemberValue super = objects.ReadMember(inode, "inode", "i_sb");
        MemberValue type = objects.ReadMember(super, "super_block", "s_type");
        MemberValue mapping = objects.ReadMember(inode, "inode", "i_mapping");
        return new KernelInode
        {
            Address = inode,
            Number = objects.ReadMember(inode, "inode", "i_ino"),
            Mode = objects.ReadMember(inode, "inode", "i_mode"),
            Uid = objects.ReadMember(inode, "inode", "i_uid.val", "i_uid"),
            Gid = objects.ReadMember(inode, "inode", "i_gid.val", "i_gid"),
            Size = objects.ReadMember(inode, "inode", "i_size"),
            Links = objects.ReadMember(inode, "inode", "i_nlink"),
            References = objects.ReadMember(inode, "inode", "i_count.counter", "i_count"),

            // A structure of its own since 6.19.
            State = objects.ReadMember(inode, "inode", "i_state.__state", "i_state"),

            // i_mtime_sec since 6.11, __i_mtime since 6.7.
            ModifiedSeconds = objects.ReadMember(inode, "inode", "i_mtime_sec", "__i_mtime.tv_sec", "i_mtime.tv_sec"),
            DeviceNumber = objects.ReadMember(inode, "inode", "i_rdev"),
            Mapping = mapping,
            CachedPages = objects.ReadMember(mapping, "address_space", "nrpages"),
            SuperBlock = super,
            FileSystem = type.Pointer is { } known ? objects.FindName(known, "file_system_type", "name") : null,
        };
    }

    /// <summary>The dentries of an inode: one per name that is cached.</summary>
    public WalkResult ReadAliases(VirtAddr inode)
    {
        if (objects.FindAddress(inode, "inode", "i_dentry") is not { } head
            || objects.Types.FindOffset("dentry", "d_u.d_alias", "d_alias") is not { } link)
        {
            return new WalkResult([], "this kernel links no names to an inode");
        }

        WalkResult walk = new LinkedWalks(objects.Reader, objects.Types).HashList(head);
        return walk with { Items = [.. walk.Items.Select(item => new WalkItem(item.Address - link))] };
    }
}
