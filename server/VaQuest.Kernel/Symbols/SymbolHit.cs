// SymbolHit: an address expressed as symbol plus offset.
namespace VaQuest.Kernel.Symbols;

/// <summary>An address inside or behind a symbol.</summary>
/// <param name="Symbol">The nearest symbol at or below the address, in the same image and section kind.</param>
/// <param name="Offset">Bytes from the symbol.</param>
public sealed record SymbolHit(KernelSymbol Symbol, ulong Offset)
{
    /// <summary>As the kernel prints it: name+0xoffset/0xsize [module].</summary>
    public override string ToString() => Symbol.Module is null
        ? FormattableString.Invariant($"{Symbol.Name}+0x{Offset:x}/0x{Symbol.Size:x}")
        : FormattableString.Invariant($"{Symbol.Name}+0x{Offset:x}/0x{Symbol.Size:x} [{Symbol.Module}]");
}
