// FilePage: one open file in words.
using VaQuest.Binary;
using VaQuest.Kernel.Fs;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest file DUMP ADDR`: a struct file and the inode behind it.</summary>
internal static class FilePage
{
    public static PageSource Source { get; } = new("file", "Print the struct file at an address in words.", "ADDR", true, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        VirtAddr address = PageArguments.Address(context, argument!);
        OpenFile file = new OpenFileReader(context.Kernel.Objects).ReadFile(address, null);
        var paths = new PathCells();
        Table record = Table.Record(
            "file",
            "File",
            ("address", "file", Cell.Address(address, "", "struct file")),
            ("path", "path", paths.Of(file.Path)),
            ("deleted", "deleted", Cell.Flag(file.Path.IsDeleted)),
            ("detached", "mount detached", Cell.Flag(file.Path.IsDetached)),
            ("flags", "flags", MemberCells.Names(file.Flags, FileModes.FlagsOf)),
            ("position", "position", MemberCells.Signed(file.Position)),
            ("references", "references", MemberCells.Signed(file.References)),
            ("operations", "operations", ObjectCells.SymbolAt(context, file.Operations)),
            ("dentry", "dentry", MemberCells.Pointer(file.Dentry, "struct dentry", "dentry")),
            ("mount", "vfsmount", MemberCells.Pointer(file.Mount, "struct vfsmount"))) with { Notes = paths.Notes };
        Table[] inode = file.Inode.Pointer is { } known ? [InodePage.TableOf(context, known)] : [];
        return new Page("file", FormattableString.Invariant($"File at 0x{address.Value:x}"), [record, .. inode]);
    }
}
