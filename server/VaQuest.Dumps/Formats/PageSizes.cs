// PageSizes: which page sizes can be.
using System.Numerics;

namespace VaQuest.Dumps.Formats;

/// <summary>Checks page sizes that a file claims.</summary>
internal static class PageSizes
{
    /// <summary>True for a power of two within the limits.</summary>
    public static bool IsValid(int bytes, DumpLimits limits) =>
        bytes >= limits.MinPageSize && bytes <= limits.MaxPageSize && BitOperations.IsPow2(bytes);
}
