// DebugImage: an ELF file with symbols and, perhaps, debug information: vmlinux or a module.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.Binary.Files;
using VaQuest.DebugInfo.Btf;
using VaQuest.DebugInfo.CallSites;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Types;
using VaQuest.DebugInfo.Frames;
using VaQuest.DebugInfo.Lines;
using VaQuest.DebugInfo.Lookup;

namespace VaQuest.Diagnosis.Images;

/// <summary>An open debug file: mapped, its parts read when they are first needed. Safe for concurrent use.</summary>
public sealed class DebugImage
{
    private readonly Lazy<ISourceLookup?> _lines;
    private readonly Lazy<CallFrameTable?> _callFrames;
    private readonly Lazy<DwarfTypes?> _types;

    private DebugImage(string path, ElfImage elf, Func<ISourceLookup?> openLines)
    {
        Path = path;
        Elf = elf;
        _lines = new Lazy<ISourceLookup?>(openLines);
        _callFrames = new Lazy<CallFrameTable?>(() => CallFrameTable.TryOpen(elf));
        _types = new Lazy<DwarfTypes?>(() => Dwarf is { } dwarf ? new DwarfTypes(dwarf) : null);
    }

    internal DebugImage(DebugFile file)
        : this(file.Path, file.Elf, () => file.Dwarf)
    {
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>GNU build id in lower-case hex, or null.</summary>
    public string? BuildId => Elf.BuildId;

    /// <summary>True for a module (ET_REL): its addresses are offsets in sections.</summary>
    public bool IsRelocatable => Elf.Header.Type == ElfType.Relocatable;

    /// <summary>Functions and lines, or null when the file has no debug information.</summary>
    public ISourceLookup? Lines => _lines.Value;

    /// <summary>Unwind rows, or null when the file has none.</summary>
    internal CallFrameTable? CallFrames => _callFrames.Value;

    /// <summary>Calls of functions, or null when the file has no debug information.</summary>
    internal CallSiteTable? CallSites => Lines is DwarfImage dwarf ? new CallSiteTable(dwarf) : null;

    /// <summary>The debug information itself, or null when there is none.</summary>
    internal DwarfImage? Dwarf => Lines as DwarfImage;

    /// <summary>Types of the debug information, or null when there is none.</summary>
    internal DwarfTypes? Types => _types.Value;

    internal ElfImage Elf { get; }

    /// <summary>Opens a file that the user named. Throws <see cref="DumpFormatException"/> with one sentence.</summary>
    public static DebugImage Open(string path)
    {
        MappedFile file = MappedFile.Open(path);
        try
        {
            ElfImage elf = ElfImage.Parse(file.Region, path);
            return new DebugImage(path, elf, () => DwarfImage.IsPresent(elf) ? DwarfImage.Open(elf) : null);
        }
        catch (DumpFormatException error) when (!error.Message.Contains(path, StringComparison.Ordinal))
        {
            throw error.Within(path);
        }
    }

    /// <summary>Types from the .BTF section, or null. Throws <see cref="DumpFormatException"/> when the section is damaged.</summary>
    internal BtfCatalog? OpenBtf() => Elf.FindData(".BTF") is { } data ? BtfCatalog.Open(data, "BTF in " + Path) : null;
}
