// ScanRun: some neighbouring pages with the words found in them.
using VaQuest.Dumps.Work;

namespace VaQuest.Dumps.Scanning;

/// <summary>A job of a scan: its pages are read, and their words compared, on one thread; the buffers are used again.</summary>
internal sealed class ScanRun(int pageSize, int maxPages)
{
    public PageRun Pages { get; } = new(pageSize, maxPages);

    /// <summary>Offsets of the words found, from the run's first byte.</summary>
    public List<int> Offsets { get; } = [];

    public List<ulong> Values { get; } = [];
}
