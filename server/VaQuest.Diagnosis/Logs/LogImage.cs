// LogImage: a vmlinux or module file, searched by symbol names.
using System.Text;
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Lines;
using VaQuest.DebugInfo.Lookup;

namespace VaQuest.Diagnosis.Logs;

/// <summary>An ELF file as a text log needs it: names to addresses, addresses to lines. Safe for concurrent callers.</summary>
internal sealed class LogImage
{
    /// <summary>
    /// Bytes between the end of a function and the next symbol: alignment is at most 64 (CONFIG_FUNCTION_ALIGNMENT), call padding at most 16
    /// (CONFIG_FUNCTION_PADDING_BYTES). The size behind the slash counts them, the symbol table does not.
    /// </summary>
    private const ulong MaxPadding = 80;

    private readonly DebugFile _file;
    private readonly ElfImage _elf;
    private readonly Lazy<(uint Hash, int Index)[]> _names;

    public LogImage(DebugFile file)
    {
        _file = file;
        _elf = file.Elf;
        _names = new Lazy<(uint, int)[]>(IndexNames);
    }

    public string Path => _file.Path;

    /// <summary>uname -r inside the banner of a kernel image, or null when it has none.</summary>
    public string? FindRelease()
    {
        foreach (ElfSymbol symbol in SymbolsNamed("linux_banner"))
        {
            if (symbol.SectionIndex < (uint)_elf.Sections.Count && _elf.Sections[(int)symbol.SectionIndex] is { HasBytes: true } section
                && symbol.Value >= section.Address)
            {
                ByteRegion data = _elf.GetData(section);
                ulong start = symbol.Value - section.Address;
                if (start < (ulong)data.Length)
                {
                    string text = Encoding.ASCII.GetString(data.Span((long)start, (int)Math.Min(200, data.Length - (long)start)));
                    return text.StartsWith("Linux version ", StringComparison.Ordinal) ? LogCpuLine.ReleaseAt(text, 14) : null;
                }
            }
        }

        return null;
    }

    /// <summary>The place fn+offset/size, or null with the reason.</summary>
    /// <param name="name">Symbol as the kernel printed it.</param>
    /// <param name="offset">Bytes from the symbol.</param>
    /// <param name="size">Size the kernel printed, 0 when unknown.</param>
    /// <param name="isReturnAddress">True to look one byte earlier, inside the call.</param>
    /// <param name="problem">Why there is no answer, in words for the user.</param>
    public SourceFrames? Find(string name, ulong offset, ulong size, bool isReturnAddress, out string? problem)
    {
        List<ElfSymbol> named = SymbolsNamed(name);
        if (named.Count == 0)
        {
            problem = $"{Path} has no symbol {name}";
            return null;
        }

        List<ElfSymbol> fitting = named.FindAll(symbol => Fits(symbol, offset, size));
        if (fitting.Count == 0)
        {
            problem = FormattableString.Invariant(
                $"{name} has 0x{named[0].Size:x} bytes in {Path}, not the 0x{size:x} of the log: the file is of another build");
            return null;
        }

        if (fitting.Count > 1)
        {
            problem = FormattableString.Invariant($"{fitting.Count} functions of {Path} are called {name} and have the size of the log's: it cannot be told which one is meant");
            return null;
        }

        return FindLines(fitting[0], name, offset, isReturnAddress, out problem);
    }

    private SourceFrames? FindLines(ElfSymbol symbol, string name, ulong offset, bool isReturnAddress, out string? problem)
    {
        bool isRelocatable = _elf.Header.Type == ElfType.Relocatable;
        ulong address = unchecked(symbol.Value + offset - (isReturnAddress && offset > 0 ? 1UL : 0));
        string? section = isRelocatable && symbol.SectionIndex < (uint)_elf.Sections.Count ? _elf.Sections[(int)symbol.SectionIndex].Name : null;
        SourceFrames? frames = _file.Dwarf.FindFrames(address, section);
        problem = frames is null ? $"{Path} has no line information for {name}" : null;
        return frames;
    }

    private bool Fits(ElfSymbol symbol, ulong offset, ulong size)
    {
        if (size == 0 || symbol.Size == 0)
        {
            return symbol.Size == 0 || offset <= symbol.Size;
        }

        // The kernel counts to the next symbol; for the last function of a section that is the end of the module's memory.
        return offset <= symbol.Size && size >= symbol.Size && (size - symbol.Size <= MaxPadding || IsLastOfSection(symbol));
    }

    private bool IsLastOfSection(ElfSymbol symbol)
    {
        ElfSymbolTable symbols = _elf.Symbols;
        for (int i = 1; i < symbols.Count; i++)
        {
            ElfSymbol other = symbols[i];
            if (other.SectionIndex == symbol.SectionIndex && other.Value > symbol.Value && !other.IsSection)
            {
                return false;
            }
        }

        return true;
    }

    private List<ElfSymbol> SymbolsNamed(string name)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(name);
        uint hash = HashOf(wanted);
        (uint Hash, int Index)[] names = _names.Value;
        int at = Array.BinarySearch(names, (hash, 0));
        var found = new List<ElfSymbol>();
        for (int i = at >= 0 ? at : ~at; i < names.Length && names[i].Hash == hash; i++)
        {
            ElfSymbol symbol = _elf.Symbols[names[i].Index];
            bool isAlias = found.Exists(known => known.Value == symbol.Value && known.SectionIndex == symbol.SectionIndex);
            if (!isAlias && _elf.Symbols.NameBytes(symbol).SequenceEqual(wanted))
            {
                found.Add(symbol);
            }
        }

        return found;
    }

    // 8 bytes per symbol: 1.2 MB for a kernel's 150,000, made once in about 10 ms.
    private (uint Hash, int Index)[] IndexNames()
    {
        ElfSymbolTable symbols = _elf.Symbols;
        var names = new List<(uint, int)>(symbols.Count);
        for (int i = 1; i < symbols.Count; i++)
        {
            ElfSymbol symbol = symbols[i];
            if (symbol.IsDefined && !symbol.IsSection && symbols.NameBytes(symbol) is { IsEmpty: false } name)
            {
                names.Add((HashOf(name), i));
            }
        }

        (uint, int)[] sorted = [.. names];
        Array.Sort(sorted);
        return sorted;
    }

    // FNV-1a.
    private static uint HashOf(ReadOnlySpan<byte> name)
    {
        uint hash = 2166136261;
        foreach (byte value in name)
        {
            hash = unchecked((hash ^ value) * 16777619);
        }

        return hash;
    }
}
