// DumpWriteResult: what was written, and what could not be.
using VaQuest.Dumps.Verification;

namespace VaQuest.Dumps.Writing;

/// <summary>Counts of a written dump, in pages.</summary>
public sealed record DumpWriteResult
{
    /// <summary>Page size in bytes.</summary>
    public required int PageSize { get; init; }

    /// <summary>Pages stored with bytes of their own.</summary>
    public required ulong Stored { get; init; }

    /// <summary>Pages of zeros that were read: stored once for all, or left out of an ELF file of dump level 1.</summary>
    public required ulong Zero { get; init; }

    /// <summary>RAM that is not in the result on purpose: left out before, or by the dump level.</summary>
    public required ulong Excluded { get; init; }

    /// <summary>Pages that the input describes in part only; the rest of their bytes is zero in the result.</summary>
    public required ulong Partial { get; init; }

    /// <summary>Pages that could not be read; the result says that they are excluded.</summary>
    public required IReadOnlyList<DamagedRange> Damaged { get; init; }

    /// <summary>Pages that could not be read and are in no range because there are too many ranges.</summary>
    public required ulong PagesNotListed { get; init; }

    /// <summary>Length of the written file in bytes.</summary>
    public required long FileBytes { get; init; }

    /// <summary>What did not get into the result beside pages, one sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
