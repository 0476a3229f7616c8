// DwarfImage: the DWARF debug information of one ELF file.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Dwarf.Variables;
using VaQuest.DebugInfo.Lines;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// Finds functions, inlined calls and lines by address, reading no more of the file than each answer needs. Immutable but for bounded
/// caches; safe for concurrent callers. Lookups do not throw on damaged debug information: they answer what can still be read, and
/// <see cref="Issues"/> says what was damaged.
/// </summary>
public sealed class DwarfImage : ISourceLookup
{
    // A crash report's stacks touch 20 to 50 units; a cached unit with its rows takes about 0.3 MB.
    private const int CachedUnits = 64;

    private const int MaxIssues = 100;

    private readonly UnitDirectory _directory;
    private readonly UnitCache _cache = new(CachedUnits);
    private readonly List<string> _issues = [];
    private readonly Lock _issuesLock = new();

    private DwarfImage(ElfImage elf, DwarfImage? supplementary)
    {
        Elf = elf;
        Supplementary = supplementary;
        Sections = new DwarfSections(elf);
        _directory = new UnitDirectory(this);
    }

    public ElfImage Elf { get; }

    /// <summary>The file that dwz moved shared entries and texts to; null when there is none.</summary>
    public DwarfImage? Supplementary { get; }

    /// <summary>What was found damaged so far, one sentence each; at most 100.</summary>
    public IReadOnlyList<string> Issues
    {
        get
        {
            lock (_issuesLock)
            {
                return _issues.ToArray();
            }
        }
    }

    internal DwarfSections Sections { get; }

    /// <summary>Opens a file's debug information. Throws <see cref="DumpFormatException"/> when it has none.</summary>
    /// <param name="elf">vmlinux, a module, or a separate debug file.</param>
    /// <param name="supplementary">The .gnu_debugaltlink file's debug information, when the file refers to one.</param>
    public static DwarfImage Open(ElfImage elf, DwarfImage? supplementary = null)
    {
        if (elf.FindSection(".debug_info") is not { HasBytes: true, Size: > 0 })
        {
            throw DwarfErrors.Missing(elf.Name);
        }

        return new DwarfImage(elf, supplementary);
    }

    /// <summary>True when the file has DWARF debug information.</summary>
    public static bool IsPresent(ElfImage elf) => elf.FindSection(".debug_info") is { HasBytes: true, Size: > 0 };

    /// <inheritdoc/>
    public SourceFrames? FindFrames(ulong address, string? section = null)
    {
        if (OriginOf(section) is not { } origin)
        {
            return null;
        }

        DwarfUnit? unit = FindUnitAt(unchecked(address + origin));
        return unit is null ? null : UnitLookup.Find(unit, unchecked(address + origin), origin);
    }

    /// <summary>The unit whose code covers an address, or null; address and section as in <see cref="FindFrames"/>.</summary>
    public DwarfUnit? FindUnit(ulong address, string? section = null) =>
        OriginOf(section) is { } origin ? FindUnitAt(unchecked(address + origin)) : null;

    /// <summary>
    /// <see cref="FindFrames"/> for many addresses of a linked image, on all processors. The answers are in the order of the addresses.
    /// </summary>
    public IReadOnlyList<SourceFrames?> FindAll(ulong[] addresses, CancellationToken cancellation = default) =>
        new BatchLookup(this, addresses).Run(cancellation);

    /// <summary>
    /// The section of a relocatable file that an address of its debug information lies in, and the offset there; null in linked files.
    /// </summary>
    public string? FindSection(ulong debugAddress, out ulong offset) => Sections.Layout.FindAt(debugAddress, out offset)?.Name;

    /// <summary>The variable whose entry is at an offset of .debug_info, or null.</summary>
    public DwarfVariable? FindVariable(long infoOffset) =>
        FindEntry(infoOffset) is { Tag: DwarfTag.Variable or DwarfTag.FormalParameter } entry ? VariableReader.ReadOne(entry) : null;

    /// <summary>True for modules and other files whose addresses are offsets in sections.</summary>
    public bool IsRelocatable => Sections.Layout.IsRelocatable;

    internal long FindUnitOffset(ulong address) => _directory.Find(address);

    internal DwarfUnit? TryLoadUnit(long offset)
    {
        try
        {
            return _cache.GetOrLoad(this, offset);
        }
        catch (DumpFormatException error)
        {
            Report(error);
            return null;
        }
    }

    /// <summary>The entry at an offset of .debug_info, or null when no unit is there.</summary>
    internal DwarfDie? FindEntry(long infoOffset)
    {
        long unit = _directory.FindUnitAt(infoOffset);
        return unit < 0 || TryLoadUnit(unit) is not { } loaded || infoOffset >= loaded.Header.End ? null : loaded.EntryAt(infoOffset);
    }

    /// <summary>The unit that contains an offset of .debug_info, or null.</summary>
    internal DwarfUnit? FindUnitAround(long infoOffset) => _directory.FindUnitAt(infoOffset) is >= 0 and var unit ? TryLoadUnit(unit) : null;

    /// <summary>The type entry of a type unit by its signature, or null. Only DWARF 5 type units, which are in .debug_info, are found.</summary>
    internal DwarfDie? FindTypeUnit(ulong signature)
    {
        foreach (long offset in _directory.Units)
        {
            DwarfUnitHeader header = DwarfUnitHeader.Read(Sections.Info, offset, Sections.IsBigEndian);
            if (header.Kind == 2 && header.TypeSignature == signature)
            {
                return TryLoadUnit(offset)?.Root;
            }
        }

        return null;
    }

    /// <summary>Offsets of all units in .debug_info, ascending.</summary>
    internal long[] UnitOffsets => _directory.Units;

    internal void Report(DumpFormatException error)
    {
        lock (_issuesLock)
        {
            if (_issues.Count < MaxIssues && !_issues.Contains(error.Message))
            {
                _issues.Add(error.Message);
            }
        }
    }

    // What is added to an address to find it in the debug information; null when the file has no such section.
    internal ulong? OriginOf(string? section) => Sections.Layout.IsRelocatable ? Sections.Layout.FindBase(section ?? ".text") : 0;

    private DwarfUnit? FindUnitAt(ulong address)
    {
        long offset = _directory.Find(address);
        return offset < 0 ? null : TryLoadUnit(offset);
    }
}
