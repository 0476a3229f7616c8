// KallsymsEncoding: the ways in which symbol addresses have been stored.
namespace VaQuest.DebugInfo.Kallsyms;

/// <summary>Encodings of kallsyms addresses.</summary>
internal enum KallsymsEncoding
{
    /// <summary>An array of longs.</summary>
    Absolute,

    /// <summary>relative_base plus an unsigned 32-bit offset.</summary>
    BaseRelative,

    /// <summary>Non-negative offsets are absolute (per-CPU), negative ones are base - 1 - offset (x86 SMP, 4.6 to 6.14).</summary>
    AbsolutePerCpu,

    /// <summary>Each 32-bit entry is relative to its own address (7.0 and later).</summary>
    PlaceRelative,
}
