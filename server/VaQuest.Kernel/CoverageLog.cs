// CoverageLog: collects what degraded, from any thread, each fact once.
namespace VaQuest.Kernel;

/// <summary>A bounded, thread-safe set of coverage entries in the order in which they were found.</summary>
public sealed class CoverageLog
{
    /// <summary>A damaged dump could give one line per object; the first ones tell the story.</summary>
    private const int MaxEntries = 256;

    private readonly Lock _lock = new();
    private readonly List<CoverageEntry> _entries = [];

    /// <summary>The entries so far.</summary>
    public IReadOnlyList<CoverageEntry> Snapshot()
    {
        lock (_lock)
        {
            return [.. _entries];
        }
    }

    /// <summary>Adds a fact unless it is already there.</summary>
    public void Add(string area, string state, string reason)
    {
        var entry = new CoverageEntry(area, state, reason);
        lock (_lock)
        {
            if (_entries.Count < MaxEntries && !_entries.Contains(entry))
            {
                _entries.Add(entry);
            }
        }
    }
}
