// CallFrameTable: the DWARF call frames of one ELF file.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Dwarf;

namespace VaQuest.DebugInfo.Frames;

/// <summary>
/// Unwind rows from .debug_frame, and from .eh_frame where that has none. Nothing is read before the first look-up. Safe for concurrent callers;
/// look-ups never throw on data.
/// </summary>
public sealed class CallFrameTable : ICallFrameLookup
{
    private readonly DwarfSections _sections;
    private readonly Lazy<CallFrameSection[]> _frames;

    private CallFrameTable(ElfImage elf)
    {
        _sections = new DwarfSections(elf);
        _frames = new Lazy<CallFrameSection[]>(() => Open(elf));
    }

    /// <summary>Opens a file's call frames; null when it has none.</summary>
    public static CallFrameTable? TryOpen(ElfImage elf) =>
        HasSection(elf, ".debug_frame") || HasSection(elf, ".eh_frame") ? new CallFrameTable(elf) : null;

    /// <summary>Frame descriptions in the file.</summary>
    public int Count => _frames.Value.Sum(section => section.Count);

    /// <summary>What was found damaged in the lists of entries, one sentence each.</summary>
    public IReadOnlyList<string> Issues => [.. _frames.Value.Select(section => section.Damage).OfType<string>()];

    /// <inheritdoc/>
    public bool TryFindRow(ulong address, string? section, UnwindRow row)
    {
        ulong origin = 0;
        if (_sections.Layout.IsRelocatable)
        {
            if (_sections.Layout.FindBase(section ?? ".text") is not { } found)
            {
                return false;
            }

            origin = found;
        }

        foreach (CallFrameSection frames in _frames.Value)
        {
            try
            {
                if (frames.TryFindRow(unchecked(address + origin), row))
                {
                    return true;
                }
            }
            catch (DumpFormatException)
            {
                // A damaged description is none.
            }
        }

        return false;
    }

    /// <summary>
    /// Runs every program of a linked file to its end. <paramref name="visit"/> gets each row with its first address;
    /// <paramref name="damaged"/> one sentence for each program that cannot be run.
    /// </summary>
    public void VisitAll(int registerCount, Action<ulong, UnwindRow> visit, Action<string> damaged)
    {
        var row = new UnwindRow(registerCount);
        foreach (CallFrameSection frames in _frames.Value)
        {
            for (int i = 0; i < frames.Count; i++)
            {
                try
                {
                    frames.Visit(i, row, visit);
                }
                catch (DumpFormatException error)
                {
                    damaged(error.Message);
                }
            }
        }
    }

    private CallFrameSection[] Open(ElfImage elf)
    {
        ulong AddressOf(string name) => _sections.Layout.IsRelocatable ? _sections.Layout.FindBase(name) ?? 0 : elf.FindSection(name)?.Address ?? 0;
        CallFrameSection Make(string name, bool isEhFrame)
        {
            ulong own = _sections.Layout.IsRelocatable ? 0 : elf.FindSection(name)?.Address ?? 0;
            var bases = new CallFrameBases(name, own, AddressOf(".text"), AddressOf(".got"));
            return new CallFrameSection(_sections.Open(name), bases, isEhFrame, elf.Header.IsBigEndian, elf.Header.WordSize);
        }

        CallFrameSection[] all = [Make(".debug_frame", false), Make(".eh_frame", true)];
        return Array.FindAll(all, section => !section.IsEmpty);
    }

    private static bool HasSection(ElfImage elf, string name) => elf.FindSection(name) is { HasBytes: true, Size: > 0 };
}
