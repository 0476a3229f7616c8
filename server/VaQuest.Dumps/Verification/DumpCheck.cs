// DumpCheck: the result of reading every page of a dump.
namespace VaQuest.Dumps.Verification;

/// <summary>What reading everything found, in pages.</summary>
public sealed record DumpCheck
{
    /// <summary>Page size in bytes.</summary>
    public required int PageSize { get; init; }

    /// <summary>Pages that were read and are not zero.</summary>
    public required ulong Present { get; init; }

    /// <summary>Pages that were read and hold only zeros.</summary>
    public required ulong Zero { get; init; }

    /// <summary>RAM that the dump left out on purpose.</summary>
    public required ulong Excluded { get; init; }

    /// <summary>Pages that should be in the dump, which ends before them or was never finished.</summary>
    public required ulong Missing { get; init; }

    /// <summary>Pages that are in the dump and cannot be decompressed, or whose tables are damaged.</summary>
    public required ulong Damaged { get; init; }

    /// <summary>Pages of which the dump describes only a part, among those that were read.</summary>
    public required ulong Partial { get; init; }

    /// <summary>The pages that cannot be read, in ascending order.</summary>
    public required IReadOnlyList<DamagedRange> Ranges { get; init; }

    /// <summary>Damaged or missing pages that are not in <see cref="Ranges"/> because there are too many ranges.</summary>
    public required ulong PagesNotListed { get; init; }

    /// <summary>True when every page that the dump promises was read.</summary>
    public bool IsSound => Missing == 0 && Damaged == 0;
}
