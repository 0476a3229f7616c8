// PageRunKind: how a page of a migration stream is stored.
namespace VaQuest.Dumps.Formats.QemuMigration;

/// <summary>How the pages of a <see cref="PageRun"/> are stored.</summary>
internal enum PageRunKind : byte
{
    /// <summary>Whole pages.</summary>
    Stored,

    /// <summary>Pages of one repeated byte, which is not stored.</summary>
    Filled,

    /// <summary>A zlib stream.</summary>
    Zlib,

    /// <summary>As a difference to an earlier copy, which is not read.</summary>
    Difference,
}
