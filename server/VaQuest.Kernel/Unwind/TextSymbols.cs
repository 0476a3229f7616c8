// TextSymbols: what a stack walk needs to know about code addresses.
using VaQuest.Binary;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Kernel.Unwind;

/// <summary>A seam, so that walks can be tested without a kernel.</summary>
internal class TextSymbols
{
    /// <summary>MODULES_VADDR of kernels without KASLR, the lowest there is, and MODULES_END (arch/x86/include/asm/pgtable_64_types.h).</summary>
    private static readonly VirtAddr s_modulesStart = new(0xffffffffa0000000);

    private static readonly VirtAddr s_modulesEnd = new(0xffffffffff000000);

    private readonly KernelSymbols? _symbols;

    private readonly GeneratedCode? _generated;

    public TextSymbols(KernelSymbols? symbols, GeneratedCode? generated = null)
    {
        _symbols = symbols;
        _generated = generated;
    }

    /// <summary>True for code of the kernel, of a module, and generated code that the kernel has a list of.</summary>
    public virtual bool IsText(VirtAddr address) => _symbols is not null && (_symbols.IsText(address) || FindGenerated(address) is not null);

    public virtual SymbolHit? FindAt(VirtAddr address) => _symbols?.FindAt(address) ?? (FindGenerated(address) is { } region
        ? new SymbolHit(new KernelSymbol(region.Name, region.Start, region.Size, 't', null), address - region.Start)
        : null);

    private GeneratedRegion? FindGenerated(VirtAddr address) => _generated is not null && address >= s_modulesStart && address < s_modulesEnd
        && _symbols?.IsImage(address) == false && _symbols.FindModule(address) is null ? _generated.Find(address) : null;

    /// <summary>True for an address where modules are loaded, when none is loaded there: the code that ran there is gone, or is not known.</summary>
    public virtual bool IsLostCode(VirtAddr address) => _symbols is not null && address >= s_modulesStart && address < s_modulesEnd
        && !_symbols.IsImage(address) && _symbols.FindModule(address) is null && !IsText(address);

    /// <summary>True for the kernel's initialisation code when the kernel has freed it.</summary>
    public virtual bool IsFreedInit(VirtAddr address) => _symbols?.IsFreedInit(address) ?? false;
}
