// MountOptions: flags of mounts and super blocks by name.
namespace VaQuest.Kernel.Fs;

/// <summary>As /proc/mounts names them (fs/proc_namespace.c). The numbers are of include/linux/mount.h and include/linux/fs.h and never changed.</summary>
public static class MountOptions
{
    private const ulong MountReadOnly = 0x40;

    private const ulong SuperReadOnly = 1;

    private static readonly (ulong Bit, string Name)[] s_super =
    [
        (0x10, "sync"), (0x80, "dirsync"), (0x40, "mand"), (0x2000000, "lazytime"),
    ];

    private static readonly (ulong Bit, string Name)[] s_mount =
    [
        (0x01, "nosuid"), (0x02, "nodev"), (0x04, "noexec"), (0x08, "noatime"), (0x10, "nodiratime"), (0x20, "relatime"), (0x80, "nosymfollow"),
    ];

    /// <summary>"rw" or "ro" first; nothing about flags that are not known.</summary>
    public static IReadOnlyList<string> NamesOf(ulong? mount, ulong? super)
    {
        var names = new List<string>();
        if (mount is { } own && super is { } shared)
        {
            names.Add((own & MountReadOnly) != 0 || (shared & SuperReadOnly) != 0 ? "ro" : "rw");
        }

        names.AddRange(s_super.Where(flag => (super & flag.Bit) is not (null or 0)).Select(flag => flag.Name));
        names.AddRange(s_mount.Where(flag => (mount & flag.Bit) is not (null or 0)).Select(flag => flag.Name));
        return names;
    }
}
