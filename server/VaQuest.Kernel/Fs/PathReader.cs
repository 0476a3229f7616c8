// PathReader: paths of dentries, across mount points.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Fs;

/// <summary>
/// Follows d_parent to the root of each file system and mnt_parent to the root of all (fs/d_path.c, prepend_path). Paths are those of the
/// mount namespace's root: a task inside of a chroot sees shorter ones. Bounded and cycle-checked; never throws on data.
/// </summary>
public sealed class PathReader(KernelObjects objects)
{
    /// <summary>Components and mount points of one path: PATH_MAX (4096) holds no more names than this.</summary>
    public const int MaxSteps = 2048;

    /// <summary>NAME_MAX is 255; names of pseudo files are longer at times.</summary>
    private const ulong MaxName = 4096;

    /// <summary>The path of a struct path (file.f_path, fs_struct.pwd).</summary>
    public KernelPath Read(VirtAddr path)
    {
        VirtAddr? mount = objects.FindPointer(path, "path", "mnt");
        return objects.FindPointer(path, "path", "dentry") is { } dentry
            ? Read(mount, dentry)
            : Lost([], "its dentry is not known: " + objects.ReadMember(path, "path", "dentry").PointerReason);
    }

    /// <summary>The path of a dentry as seen through a mount.</summary>
    /// <param name="vfsmount">Address of the struct vfsmount; null when it is not known: then the path ends at its file system's root.</param>
    /// <param name="dentry">Address of the struct dentry.</param>
    public KernelPath Read(VirtAddr? vfsmount, VirtAddr dentry)
    {
        if (FindPseudoName(vfsmount, dentry) is { } pseudo)
        {
            return pseudo;
        }

        if (vfsmount is not { } inner || objects.Types.FindOffset("mount", "mnt") is not { } offset)
        {
            return ReadInFileSystem(dentry) with { Problem = "the mount that it was reached through is not known" };
        }

        return Walk(inner - offset, dentry);
    }

    /// <summary>The path of a dentry from the root of its own file system.</summary>
    public KernelPath ReadInFileSystem(VirtAddr dentry) => FindPseudoName(null, dentry) ?? Walk(null, dentry);

    /// <summary>The last component of a dentry's path; null when it cannot be read.</summary>
    public string? FindName(VirtAddr dentry)
    {
        if (objects.FindPointer(dentry, "dentry", "d_name.name") is not { } name || objects.FindUInt(dentry, "dentry", "d_name.len") is not { } length
            || length > MaxName)
        {
            return null;
        }

        byte[] bytes = new byte[length];
        return objects.Reader.Read(name, bytes).IsOk ? KernelText.Decode(bytes) : null;
    }

    /// <summary>True when a dentry was removed from its directory (d_unlinked), null when that is not known.</summary>
    public bool? IsDeleted(VirtAddr dentry) =>
        objects.FindPointer(dentry, "dentry", "d_parent") is { } parent && objects.FindUInt(dentry, "dentry", "d_hash.pprev") is { } hashed
            ? parent != dentry && hashed == 0
            : null;

    /// <summary>From a dentry to the root of its mount namespace, or with no mount to the root of its file system.</summary>
    private KernelPath Walk(VirtAddr? start, VirtAddr dentry)
    {
        var names = new List<string>();
        var seen = new AddressMap();
        VirtAddr? mount = start;
        VirtAddr at = dentry;
        bool isDeleted = IsDeleted(dentry) == true;
        for (int i = 0; i < MaxSteps; i++)
        {
            if (!seen.TryAdd(unchecked((at.Value * 31) + (mount?.Value ?? 0)), i))
            {
                return Lost(names, FormattableString.Invariant($"its parents run in a circle at the dentry {at}")) with { IsDeleted = isDeleted };
            }

            if (mount is { } here && objects.FindPointer(here, "mount", "mnt.mnt_root") == at)
            {
                if (StepOut(here) is not { } outside)
                {
                    string reason = objects.ReadMember(here, "mount", "mnt_parent").PointerReason;
                    return Lost(names, FormattableString.Invariant($"the parent of the mount at {here} is not known: {reason}")) with { IsDeleted = isDeleted };
                }

                if (outside.Mount == here)
                {
                    bool isDetached = objects.FindUInt(here, "mount", "mnt_ns") == 0;
                    return new KernelPath(Join(names)) { IsDeleted = isDeleted, IsDetached = isDetached };
                }

                (mount, at) = outside;
                continue;
            }

            if (objects.FindPointer(at, "dentry", "d_parent") is not { } parent || (parent != at && FindName(at) is null))
            {
                string reason = objects.ReadMember(at, "dentry", "d_parent").PointerReason;
                return Lost(names, FormattableString.Invariant($"the dentry at {at} cannot be read: {reason}")) with { IsDeleted = isDeleted };
            }

            if (parent == at)
            {
                // Within its file system that is the whole way; below a mount it means that the file was moved out of what is mounted.
                return mount is null
                    ? new KernelPath(Join(names)) { IsDeleted = isDeleted }
                    : Lost(names, "it is outside of what is mounted there") with { IsDeleted = isDeleted };
            }

            names.Add(FindName(at)!);
            at = parent;
        }

        return Lost(names, FormattableString.Invariant($"it has more than {MaxSteps} components")) with { IsDeleted = isDeleted };
    }

    private (VirtAddr Mount, VirtAddr Dentry)? StepOut(VirtAddr mount) =>
        objects.FindPointer(mount, "mount", "mnt_parent") is { } parent && objects.FindPointer(mount, "mount", "mnt_mountpoint") is { } point
            ? (parent, point)
            : null;

    /// <summary>
    /// Names that a file system makes up (dentry_operations.d_dname): told by the file system's name, which needs no symbols. A root that is
    /// mounted somewhere has an ordinary path.
    /// </summary>
    private KernelPath? FindPseudoName(VirtAddr? vfsmount, VirtAddr dentry)
    {
        if (objects.FindPointer(dentry, "dentry", "d_op") is not { } operations || objects.FindPointer(operations, "dentry_operations", "d_dname") is null)
        {
            return null;
        }

        bool isRoot = objects.FindPointer(dentry, "dentry", "d_parent") == dentry;
        if (isRoot && vfsmount is { } mount && objects.FindPointer(mount, "vfsmount", "mnt_root") == dentry)
        {
            return null;
        }

        VirtAddr? super = objects.FindPointer(dentry, "dentry", "d_sb");
        VirtAddr? type = super is { } block ? objects.FindPointer(block, "super_block", "s_type") : null;
        string kind = type is { } known && objects.FindName(known, "file_system_type", "name") is { } found ? found : "?";
        string name = FindName(dentry) ?? "?";
        string number = objects.FindPointer(dentry, "dentry", "d_inode") is { } inode && objects.FindUInt(inode, "inode", "i_ino") is { } ino
            ? FormattableString.Invariant($"[{ino}]")
            : "[?]";
        return kind switch
        {
            "pipefs" => new KernelPath("pipe:" + number),
            "sockfs" => new KernelPath("socket:" + number),
            "anon_inodefs" => new KernelPath("anon_inode:" + name),
            "pidfs" => new KernelPath("anon_inode:[pidfd]"),
            "nsfs" => new KernelPath(FindNamespaceKind(dentry) + ":" + number),
            "tmpfs" or "hugetlbfs" or "rootfs" or "ramfs" => new KernelPath("/" + name) { IsDeleted = true },
            _ => new KernelPath(kind + ":" + name),
        };
    }

    /// <summary>"mnt", "net", …: proc_ns_operations.name of the namespace that the inode stands for.</summary>
    private string FindNamespaceKind(VirtAddr dentry) =>
        objects.FindPointer(dentry, "dentry", "d_inode") is { } inode && objects.FindPointer(inode, "inode", "i_private") is { } space
        && objects.FindPointer(space, "ns_common", "ops") is { } operations && objects.FindName(operations, "proc_ns_operations", "name") is { } name
            ? name
            : "ns";

    private static KernelPath Lost(List<string> names, string problem) => new("…" + (names.Count == 0 ? "" : Join(names))) { Problem = problem };

    private static string Join(List<string> names) => names.Count == 0 ? "/" : "/" + string.Join('/', Enumerable.Reverse(names));
}
