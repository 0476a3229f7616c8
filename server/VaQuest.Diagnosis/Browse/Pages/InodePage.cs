// InodePage: one file, whatever its names are, in words.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest inode DUMP ADDR`: a struct inode and the names that lead to it.</summary>
internal static class InodePage
{
    /// <summary>Names of one inode that are listed.</summary>
    private const int MaxNames = 100;

    private static readonly (ulong Bit, string Name)[] s_states =
    [
        (0x1, "dirty (sync)"), (0x2, "dirty (datasync)"), (0x4, "dirty pages"), (0x8, "new"), (0x10, "will be freed"), (0x20, "being freed"), (0x40, "cleared"),
    ];

    public static PageSource Source { get; } = new("inode", "Print the struct inode at an address in words.", "ADDR", true, Read);

    public static Table TableOf(PageContext context, VirtAddr address)
    {
        KernelInode inode = new InodeReader(context.Kernel.Objects).Read(address);
        return Table.Record(
            "inode",
            "Inode",
            ("address", "inode", Cell.Address(address, "", "struct inode")),
            ("number", "number", MemberCells.Number(inode.Number)),
            ("kind", "kind", MemberCells.Text(inode.Mode, mode => FileModes.KindOf(mode) ?? "anonymous")),
            ("mode", "mode", MemberCells.Text(inode.Mode, FileModes.TextOf)),
            ("uid", "uid", MemberCells.Number(inode.Uid)),
            ("gid", "gid", MemberCells.Number(inode.Gid)),
            ("bytes", "size", MemberCells.Signed(inode.Size)),
            ("links", "links", MemberCells.Number(inode.Links)),
            ("references", "references", MemberCells.Signed(inode.References)),
            ("state", "state", MemberCells.Names(inode.State, bits => [.. s_states.Where(state => (bits & state.Bit) != 0).Select(state => state.Name)])),
            ("stateBits", "state word", MemberCells.Hex(inode.State)),
            ("modified", "modified", MemberCells.Text(inode.ModifiedSeconds, TimeOf)),
            ("device", DeviceHeading(inode), MemberCells.Device(inode.DeviceNumber)),
            ("cachedPages", "pages in the page cache", MemberCells.Number(inode.CachedPages)),
            ("mapping", "address_space", MemberCells.Pointer(inode.Mapping, "struct address_space")),
            ("fileSystem", "file system", Cell.Of(inode.FileSystem, "its type cannot be read")),
            ("superBlock", "super_block", MemberCells.Pointer(inode.SuperBlock, "struct super_block")));
    }

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        VirtAddr address = PageArguments.Address(context, argument!);
        return new Page("inode", FormattableString.Invariant($"Inode at 0x{address.Value:x}"), [TableOf(context, address), NamesOf(context, address)]);
    }

    private static Table NamesOf(PageContext context, VirtAddr inode)
    {
        WalkResult walk = new InodeReader(context.Kernel.Objects).ReadAliases(inode);
        var reader = new PathReader(context.Kernel.Objects);
        var paths = new PathCells();
        var rows = new List<IReadOnlyList<Cell>>();
        foreach (VirtAddr dentry in walk.Items.Take(MaxNames).Select(item => item.Address))
        {
            KernelPath path = reader.ReadInFileSystem(dentry);
            rows.Add([MemberCells.Pointer(dentry, "", "struct dentry", "dentry"), Cell.Mark(path.IsDeleted, "deleted"), paths.Of(path)]);
        }

        string[] more = walk.Items.Count > MaxNames ? [FormattableString.Invariant($"it has {walk.Items.Count} names; {MaxNames} are listed")] : [];
        string[] damage = walk.Damage is { } found ? [found] : [];
        return new Table("names", "Names in its file system", [new("dentry", "DENTRY"), new("deleted", "DELETED"), new("path", "PATH")], rows)
        {
            Notes = [.. damage, .. more, .. paths.Notes],
        };
    }

    private static string DeviceHeading(KernelInode inode) => FileModes.KindOf(inode.Mode.Bits ?? 0) is "character device" or "block device" ? "device" : "";

    // Seconds outside of what a calendar has are damage, or a clock that was never set: the number itself is all that is known.
    private static string TimeOf(ulong seconds) => seconds < 253402300800
        ? DateTimeOffset.FromUnixTimeSeconds((long)seconds).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture)
        : Words.Hex(seconds);
}
