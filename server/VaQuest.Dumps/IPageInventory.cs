// IPageInventory: which pages a dump holds, for callers that visit all of them.
using VaQuest.Binary;

namespace VaQuest.Dumps;

/// <summary>The pages of a dump. Safe for concurrent use.</summary>
public interface IPageInventory
{
    /// <summary>Page size in bytes, a power of two.</summary>
    int PageSize { get; }

    /// <summary>First page frame number above everything that the dump describes.</summary>
    Pfn EndPfn { get; }

    PageState StateOf(Pfn pfn);

    /// <summary>
    /// The first page above <paramref name="lost"/>, a page that is lost, of which the tables do not say the same: a cut file may have lost
    /// more pages than can be visited one by one.
    /// </summary>
    Pfn EndOfLoss(Pfn lost) => new(lost.Value + 1);

    /// <summary>
    /// Where a page's stored bytes begin in the dump, in bytes, as the dump's tables say; null when they do not tell. In a flattened dump
    /// the place is that in the file it was made from.
    /// </summary>
    long? OffsetOf(Pfn pfn) => null;

    /// <summary>
    /// Physical ranges that the dump's tables promise to hold, in ascending order, not overlapping, neighbours joined. Lost pages may be
    /// among them: reading tells.
    /// </summary>
    IEnumerable<PhysicalRange> EnumeratePresent();

    /// <summary>Physical ranges that are RAM, held or not, in ascending order, not overlapping, neighbours joined.</summary>
    IEnumerable<PhysicalRange> EnumerateRam();
}
