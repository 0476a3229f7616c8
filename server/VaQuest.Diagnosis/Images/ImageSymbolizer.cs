// ImageSymbolizer: names and source lines for addresses of one ELF file.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Lines;

namespace VaQuest.Diagnosis.Images;

/// <summary>
/// Answers from debug information, and where that has nothing from the symbol table, which knows functions but no lines. Safe for
/// concurrent use.
/// </summary>
public sealed class ImageSymbolizer
{
    /// <summary>What a bare offset in a module means, as in addr2line.</summary>
    public const string DefaultSection = ".text";

    private readonly DebugImage _image;

    public ImageSymbolizer(DebugImage image) => _image = image;

    /// <summary>True when addresses are offsets in sections.</summary>
    public bool IsRelocatable => _image.IsRelocatable;

    /// <summary>The functions at each address, innermost first; null where nothing is known. In the order of the addresses.</summary>
    public IReadOnlyList<SourceFrames?> Resolve(IReadOnlyList<ImageAddress> addresses, CancellationToken cancellation)
    {
        if (_image.Lines is DwarfImage dwarf && !IsRelocatable)
        {
            ulong[] values = new ulong[addresses.Count];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = addresses[i].Value;
            }

            IReadOnlyList<SourceFrames?> found = dwarf.FindAll(values, cancellation);
            var all = new SourceFrames?[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                all[i] = found[i] ?? FindSymbol(addresses[i]);
            }

            return all;
        }

        var each = new SourceFrames?[addresses.Count];
        for (int i = 0; i < each.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            each[i] = Resolve(addresses[i]);
        }

        return each;
    }

    /// <summary>The functions at an address, innermost first; null when nothing is known.</summary>
    public SourceFrames? Resolve(ImageAddress address)
    {
        string? section = IsRelocatable ? address.Section ?? DefaultSection : null;
        return _image.Lines?.FindFrames(address.Value, section) ?? FindSymbol(address with { Section = section });
    }

    private SourceFrames? FindSymbol(ImageAddress address)
    {
        try
        {
            uint? index = address.Section is null ? null : SectionIndexOf(address.Section);
            bool isUnknownSection = address.Section is not null && index is null;
            if (isUnknownSection || _image.Elf.Symbols.FindByAddress(address.Value, index) is not { IsFunction: true } symbol)
            {
                return null;
            }

            var frame = new SourceFrame(_image.Elf.Symbols.NameOf(symbol), null, false);
            return new SourceFrames([frame], symbol.Value, symbol.Value + symbol.Size);
        }
        catch (DumpFormatException)
        {
            return null;
        }
    }

    private uint? SectionIndexOf(string name)
    {
        for (int i = 0; i < _image.Elf.Sections.Count; i++)
        {
            if (_image.Elf.Sections[i].Name == name)
            {
                return (uint)i;
            }
        }

        return null;
    }
}
