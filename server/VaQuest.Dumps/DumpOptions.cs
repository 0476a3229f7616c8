// DumpOptions: what a caller may choose when opening a dump.
namespace VaQuest.Dumps;

/// <summary>Options of <see cref="VmcoreFile.Open"/>.</summary>
public sealed record DumpOptions
{
    public static readonly DumpOptions Default = new();

    public DumpLimits Limits { get; init; } = new();

    /// <summary>
    /// Memory for decompressed pages in bytes: 32 MB hold 8192 pages of 4 KiB, so that the few thousand pages one request walks through
    /// stay. The memory is taken page by page, as it is first used.
    /// </summary>
    public int PageCacheBytes { get; init; } = 32 << 20;
}
