// OrcLayout: the bit layouts that ORC rows have had.
namespace VaQuest.DebugInfo.Orc;

/// <summary>Layouts of struct orc_entry (arch/x86/include/asm/orc_types.h), by the release that introduced them.</summary>
public enum OrcLayout
{
    /// <summary>Linux 4.14: two type bits, end bit 10.</summary>
    V1,

    /// <summary>Linux 6.3: two type bits, signal bit 10, end bit 11.</summary>
    V2,

    /// <summary>Linux 6.4: three type bits, signal bit 11.</summary>
    V3,

    /// <summary>Linux 7.1: as V3, registers renumbered.</summary>
    V4,
}
