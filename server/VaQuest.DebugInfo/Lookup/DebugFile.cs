// DebugFile: a debug file that was found and checked.
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Dwarf;

namespace VaQuest.DebugInfo.Lookup;

/// <summary>A file whose debug information belongs to the dump's kernel or module.</summary>
/// <param name="Path">The file.</param>
/// <param name="Elf">Its parsed headers.</param>
/// <param name="BuildId">Its build id as lower-case hex, or null.</param>
/// <param name="Reason">Why it is the right one, as a clause: "its build id matches".</param>
public sealed record DebugFile(string Path, ElfImage Elf, string? BuildId, string Reason)
{
    private readonly Lazy<DwarfImage> _dwarf = new(() => DwarfImage.Open(Elf));

    /// <summary>The file's DWARF, opened on first use.</summary>
    public DwarfImage Dwarf => _dwarf.Value;
}
