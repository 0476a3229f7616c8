// CachedFileSystem: how much of a file system is in the page cache.
namespace VaQuest.Kernel.Fs;

/// <summary>Sums over the inodes of a super block that were reached.</summary>
/// <param name="Block">The super block.</param>
/// <param name="Inodes">Inodes in memory.</param>
/// <param name="CachedInodes">Those with pages.</param>
/// <param name="Pages">Pages of all.</param>
public sealed record CachedFileSystem(KernelSuperBlock Block, int Inodes, int CachedInodes, ulong Pages);
