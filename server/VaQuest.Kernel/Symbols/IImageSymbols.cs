// IImageSymbols: symbols of a vmlinux file, for kernels whose own table cannot be read.
namespace VaQuest.Kernel.Symbols;

/// <summary>The symbol table of a kernel image file, at link-time addresses. Safe for concurrent callers.</summary>
public interface IImageSymbols
{
    /// <summary>Where it comes from, for the coverage section.</summary>
    string Origin { get; }

    /// <summary>Link-time address of a symbol, or null.</summary>
    ulong? FindAddress(string name);

    /// <summary>The function or object at or below a link-time address, or null. Its module is null.</summary>
    KernelSymbol? FindAt(ulong linkAddress);
}
