// ElfImageSymbols: the symbol table of a vmlinux file.
using VaQuest.Binary;
using VaQuest.Binary.Elf;

namespace VaQuest.Kernel.Symbols;

/// <summary>Symbols of a linked kernel image, at link-time addresses.</summary>
public sealed class ElfImageSymbols(ElfImage image) : IImageSymbols
{
    public string Origin => "symbols of " + image.Name;

    public ulong? FindAddress(string name) => image.Symbols.FindByName(name)?.Value;

    public KernelSymbol? FindAt(ulong linkAddress)
    {
        if (image.Symbols.FindByAddress(linkAddress) is not { } symbol)
        {
            return null;
        }

        char type = symbol.IsFunction ? 't' : 'd';
        char letter = symbol.Binding == 0 ? type : char.ToUpperInvariant(type);
        return new KernelSymbol(image.Symbols.NameOf(symbol), new VirtAddr(symbol.Value), symbol.Size, letter, null);
    }
}
