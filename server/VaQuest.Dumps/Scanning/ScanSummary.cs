// ScanSummary: what a scan of all memory saw.
namespace VaQuest.Dumps.Scanning;

/// <summary>The extent of a scan.</summary>
/// <param name="PagesRead">Pages whose words were compared.</param>
/// <param name="PagesNotRead">Pages that the dump promises and that could not be read: words there are not found.</param>
/// <param name="IsStopped">True when the taker of hits wanted no more before the end.</param>
public sealed record ScanSummary(ulong PagesRead, ulong PagesNotRead, bool IsStopped);
