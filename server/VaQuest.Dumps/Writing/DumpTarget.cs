// DumpTarget: the formats that dumps are written in.
namespace VaQuest.Dumps.Writing;

/// <summary>A standard format that other tools open.</summary>
public enum DumpTarget
{
    /// <summary>Pages compressed one by one (makedumpfile's format, version 6).</summary>
    KdumpCompressed,

    /// <summary>An ELF core, pages as they are.</summary>
    Elf,
}
