// FileCacheReader: the page cache, file by file.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Fs;

/// <summary>
/// Sums address_space.nrpages over the inodes of all super blocks: one read per inode, whatever its pages are. Never throws on data.
/// </summary>
/// <param name="objects">The kernel's objects.</param>
/// <param name="symbol">Run-time address of a symbol, or null.</param>
public sealed class FileCacheReader(KernelObjects objects, Func<string, VirtAddr?> symbol)
{
    /// <summary>Pages of one file that fit into the memory of any machine: 4 PiB of the smallest pages.</summary>
    private const ulong MaxPages = 1UL << 40;

    /// <summary>The page cache by file system, those with the most pages first.</summary>
    /// <param name="most">How many of the largest files are wanted.</param>
    /// <param name="largest">They, the largest first.</param>
    /// <param name="problems">Where and why some are missing.</param>
    /// <param name="cancellation">Set when nobody waits any more.</param>
    public IReadOnlyList<CachedFileSystem> Read(
        int most, out IReadOnlyList<CachedFile> largest, out IReadOnlyList<string> problems, CancellationToken cancellation)
    {
        var blocks = new SuperBlockReader(objects, symbol);
        var notes = new List<string>();
        var systems = new List<CachedFileSystem>();

        string? problem;

        // The smallest of the largest is at the front of the queue.
        var top = new PriorityQueue<(VirtAddr Inode, ulong Pages, string? Type), ulong>();
        foreach (KernelSuperBlock block in blocks.Read(out problem))
        {
            cancellation.ThrowIfCancellationRequested();
            systems.Add(ReadSystem(block, blocks, top, most, notes));
        }

        if (problem is not null)
        {
            notes.Add(problem);
        }

        var found = new List<CachedFile>();
        while (top.TryDequeue(out (VirtAddr Inode, ulong Pages, string? Type) file, out _))
        {
            found.Add(new CachedFile(file.Inode, objects.ReadMember(file.Inode, "inode", "i_ino"), file.Pages, file.Type, FindPath(file.Inode)));
        }

        found.Reverse();
        largest = found;
        problems = notes;
        return [.. systems.OrderByDescending(system => system.Pages)];
    }

    private CachedFileSystem ReadSystem(
        KernelSuperBlock block, SuperBlockReader blocks, PriorityQueue<(VirtAddr Inode, ulong Pages, string? Type), ulong> top, int most, List<string> notes)
    {
        IReadOnlyList<VirtAddr> inodes = blocks.ReadInodes(block.Address, out string? problem);
        if (problem is not null)
        {
            notes.Add($"the inodes of {block.Type ?? "?"} {block.Name ?? "?"} are not all known: {problem}");
        }

        ulong pages = 0;
        int cached = 0;
        int unread = 0;
        int wrong = 0;
        foreach (VirtAddr inode in inodes)
        {
            // i_data is the file's own; a block device's inode on a file system maps the device's.
            if (objects.FindUInt(inode, "inode", "i_data.nrpages") is not { } count)
            {
                unread++;
                continue;
            }

            if (count > MaxPages)
            {
                wrong++;
                continue;
            }

            pages = unchecked(pages + count);
            if (count > 0)
            {
                cached++;
                Keep(top, most, (inode, count, block.Type));
            }
        }

        if (unread > 0)
        {
            notes.Add(FormattableString.Invariant($"{unread} inodes of {block.Type ?? "?"} {block.Name ?? "?"} could not be read"));
        }

        if (wrong > 0)
        {
            notes.Add(FormattableString.Invariant($"{wrong} inodes of {block.Type ?? "?"} {block.Name ?? "?"} have a number of pages that cannot be right; they are left out"));
        }

        return new CachedFileSystem(block, inodes.Count, cached, pages);
    }

    private static void Keep(
        PriorityQueue<(VirtAddr Inode, ulong Pages, string? Type), ulong> top, int most, (VirtAddr Inode, ulong Pages, string? Type) file)
    {
        top.Enqueue(file, file.Pages);
        if (top.Count > most)
        {
            top.Dequeue();
        }
    }

    private KernelPath? FindPath(VirtAddr inode)
    {
        WalkResult names = new InodeReader(objects).ReadAliases(inode);
        return names.Items.Count > 0 ? new PathReader(objects).ReadInFileSystem(names.Items[0].Address) : null;
    }
}
