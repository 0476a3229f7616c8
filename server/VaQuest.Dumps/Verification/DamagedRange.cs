// DamagedRange: neighbouring pages of a dump that cannot be read for the same reason.
using VaQuest.Binary;

namespace VaQuest.Dumps.Verification;

/// <summary>Pages that should be in the dump and cannot be had.</summary>
/// <param name="Start">Physical address of the first page.</param>
/// <param name="Pages">Number of pages.</param>
/// <param name="Status">Why: damaged, missing, stored in an unknown way, or unreadable by the operating system.</param>
/// <param name="FileOffset">Where the first page's stored bytes begin in the dump, in bytes; null when the dump does not tell.</param>
public sealed record DamagedRange(PhysAddr Start, ulong Pages, ReadStatus Status, long? FileOffset);
