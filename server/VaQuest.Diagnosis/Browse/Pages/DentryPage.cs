// DentryPage: one name of a file in words.
using VaQuest.Binary;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Objects;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest dentry DUMP ADDR`: a struct dentry and the inode behind it.</summary>
internal static class DentryPage
{
    public static PageSource Source { get; } = new("dentry", "Print the struct dentry at an address in words.", "ADDR", true, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        VirtAddr address = PageArguments.Address(context, argument!);
        KernelObjects objects = context.Kernel.Objects;
        var reader = new PathReader(objects);
        KernelPath path = reader.ReadInFileSystem(address);
        var paths = new PathCells();
        MemberValue inode = objects.ReadMember(address, "dentry", "d_inode");
        MemberValue super = objects.ReadMember(address, "dentry", "d_sb");
        Table record = Table.Record(
            "dentry",
            "Dentry",
            ("address", "dentry", Cell.Address(address, "", "struct dentry")),
            ("name", "name", Cell.Of(reader.FindName(address), "it cannot be read")),
            ("path", "path in its file system", paths.Of(path)),
            ("deleted", "deleted", reader.IsDeleted(address) is { } isDeleted ? Cell.Flag(isDeleted) : Cell.Absent("it cannot be read")),
            ("negative", "negative", inode.Bits is { } bits ? Cell.Flag(bits == 0) : Cell.Absent(inode.Reason)),
            ("references", "references", MemberCells.Signed(objects.ReadMember(address, "dentry", "d_lockref.count"))),
            ("flags", "flags", MemberCells.Hex(objects.ReadMember(address, "dentry", "d_flags"))),
            ("parent", "parent", MemberCells.Pointer(objects.ReadMember(address, "dentry", "d_parent"), "struct dentry", "dentry")),
            ("fileSystem", "file system", ObjectCells.FileSystemOf(context, super)),
            ("superBlock", "super_block", MemberCells.Pointer(super, "struct super_block"))) with { Notes = paths.Notes };
        Table[] behind = inode.Pointer is { } known ? [InodePage.TableOf(context, known)] : [];
        return new Page("dentry", FormattableString.Invariant($"Dentry at 0x{address.Value:x}"), [record, .. behind]);
    }
}
