// IoErrors: disks and file systems that failed before the crash.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Lines of the block layer and of file systems.</summary>
internal static class IoErrors
{
    public static readonly FindingRule Rule = new()
    {
        Id = "io-errors",
        Severity = FindingSeverity.Warning,
        Title = "Disk or file system errors",
        Meaning = "A disk did not do what it was asked, or a file system found itself damaged. Tasks may wait for I/O that never ends, and what was read may be wrong.",
        Evidence = "Lines of the block layer, of ATA and NVMe drivers and of ext4, XFS, Btrfs and JBD2, written before the crash.",
        Advice = "Look at the disk's own log and its cables or path first. A crash in the same file system is then likely an effect.",
        Patterns =
        [
            new("", "I/O error, dev "),
            new("Buffer I/O error on dev"),
            new("", "rejecting I/O to offline device"),
            new("ata", ": exception Emask "),
            new("nvme ", " timeout, "),
            new("EXT4-fs error"),
            new("EXT4-fs (", "Remounting filesystem read-only"),
            new("Aborting journal on device"),
            new("XFS (", "orruption"),
            new("XFS (", "metadata I/O error"),
            new("XFS (", "has been shut down"),
            new("XFS (", "Shutting down filesystem"),
            new("BTRFS error"),
            new("BTRFS critical"),
            new("BTRFS: error"),
        ],
        Check = Check,
    };

    private static Finding? Check(FindingContext context) => LogRule.Report(Rule, context, context.Find(Rule.Patterns), "disk or file-system error line");
}
