// FileNames: paths of the files behind pages of the page cache.
using VaQuest.Binary;
using VaQuest.Kernel;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Values;
using VaQuest.Kernel.ZeroCopy;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>Names of inodes inside of their file systems, each looked up once.</summary>
internal sealed class FileNames(LinuxKernel kernel)
{
    private readonly Dictionary<ulong, string> _names = [];
    private readonly PathReader _paths = new(kernel.Objects);
    private readonly InodeReader _inodes = new(kernel.Objects);

    /// <summary>The file of a page as "tmpfs: /payload"; absent when it belongs to none.</summary>
    public Cell Of(CachedPage? page) => page is null
        ? Cell.Absent("no page of a file")
        : Cell.Link(NameOf(page.Inode), "inode/" + page.Inode);

    private string NameOf(VirtAddr inode)
    {
        if (!_names.TryGetValue(inode.Value, out string? name))
        {
            WalkResult aliases = _inodes.ReadAliases(inode);
            string path = aliases.Items.Count > 0 ? _paths.ReadInFileSystem(aliases.Items[0].Address).Text : FormattableString.Invariant($"inode {inode}");
            name = (_inodes.Read(inode).FileSystem is { } type ? type + ": " : "") + path;
            _names[inode.Value] = name;
        }

        return name;
    }
}
