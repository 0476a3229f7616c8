// CachedFile: a file with pages in the page cache.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Fs;

/// <summary>A file and how much of it is cached.</summary>
/// <param name="Inode">Address of its inode.</param>
/// <param name="Number">Inode number.</param>
/// <param name="Pages">Pages in its mapping.</param>
/// <param name="Type">Of its file system; null when it could not be read.</param>
/// <param name="Path">One of its names, from the root of its file system; null when no name is cached.</param>
public sealed record CachedFile(VirtAddr Inode, MemberValue Number, ulong Pages, string? Type, KernelPath? Path);
