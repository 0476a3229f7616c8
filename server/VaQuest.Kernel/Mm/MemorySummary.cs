// MemorySummary: one line of /proc/meminfo, as the crashed kernel would have printed it.
namespace VaQuest.Kernel.Mm;

/// <summary>A line of the summary.</summary>
/// <param name="Name">As in /proc/meminfo: "MemFree".</param>
/// <param name="Bytes">Size in bytes; null for a plain count, or with a reason.</param>
/// <param name="Count">Of the lines that count huge pages; null otherwise.</param>
/// <param name="Absence">Why there is no value, or null.</param>
public sealed record MemorySummary(string Name, ulong? Bytes, ulong? Count, string? Absence);
