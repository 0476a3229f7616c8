// FileCachePage: the files with the most pages in the page cache.
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Fs;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest filecache DUMP`: per file system its cached pages, and the largest files of all.</summary>
internal static class FileCachePage
{
    /// <summary>Files that are listed.</summary>
    private const int MaxFiles = 100;

    public static PageSource Source { get; } =
        new("filecache", "Print which files have the most pages in the page cache, and how many pages each file system has.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var files = new FileCacheReader(context.Kernel.Objects, context.Kernel.Symbols.FindAddress);
        IReadOnlyList<CachedFileSystem> systems = files.Read(MaxFiles, out IReadOnlyList<CachedFile> largest, out IReadOnlyList<string> problems, cancellation);
        ulong pageSize = (ulong)context.Opened.Dump.PageSize;
        var paths = new PathCells();
        var rows = largest.Select(file => (IReadOnlyList<Cell>)
        [
            Cell.Of(file.Pages),
            Cell.Bytes(unchecked(file.Pages * pageSize), ""),
            Cell.Of(file.Type, "its type cannot be read"),
            MemberCells.Pointer(file.Inode, "", "struct inode", "inode"),
            MemberCells.Number(file.Number),
            Cell.Mark(file.Path?.IsDeleted == true, "deleted"),
            file.Path is { } path ? paths.Of(path) : Cell.Absent("no name of it is cached"),
        ]).ToList();
        return new Page("filecache", "Page cache by file",
        [
            new Table(
                "fileSystems",
                "File systems",
                [
                    new("superBlock", "SUPER BLOCK"), new("type", "TYPE"), new("name", "NAME"), new("inodes", "INODES", true), new("cachedInodes", "WITH PAGES", true),
                    new("pages", "PAGES", true), new("bytes", "SIZE", true),
                ],
                [
                    .. systems.Select(system => (IReadOnlyList<Cell>)
                    [
                        MemberCells.Pointer(system.Block.Address, "", "struct super_block"),
                        Cell.Of(system.Block.Type, "its type cannot be read"),
                        Cell.Of(system.Block.Name, "its name cannot be read"),
                        Cell.Of((long)system.Inodes),
                        Cell.Of((long)system.CachedInodes),
                        Cell.Of(system.Pages),
                        Cell.Bytes(system.Pages * pageSize, ""),
                    ]),
                ]) { Notes = problems },
            new Table(
                "files",
                FormattableString.Invariant($"The {Words.Count(rows.Count, "file")} with the most pages"),
                [
                    new("pages", "PAGES", true), new("bytes", "SIZE", true), new("type", "TYPE"), new("inode", "INODE"), new("number", "NUMBER", true), new("deleted", "DELETED"),
                    new("path", "PATH"),
                ],
                rows) { Notes = paths.Notes },
        ]);
    }
}
