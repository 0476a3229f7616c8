// ICallFrameLookup: DWARF call frame rows of one image.
namespace VaQuest.DebugInfo.Frames;

/// <summary>Unwind rows from .debug_frame and .eh_frame of vmlinux or a module. Safe for concurrent callers; never throws on data.</summary>
public interface ICallFrameLookup
{
    /// <summary>Fills the row for an address; false when none covers it or its program is damaged.</summary>
    /// <param name="address">Link-time address; for a relocatable file the offset inside <paramref name="section"/>.</param>
    /// <param name="section">Section name of a relocatable file (.text, .init.text, …); null for an executable image.</param>
    /// <param name="row">Filled on success; its contents are not defined otherwise.</param>
    bool TryFindRow(ulong address, string? section, UnwindRow row);
}
