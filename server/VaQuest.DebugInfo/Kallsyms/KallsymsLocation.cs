// KallsymsLocation: where a kernel keeps the tables of its symbols.
namespace VaQuest.DebugInfo.Kallsyms;

/// <summary>
/// Run-time addresses of the kallsyms tables (scripts/kallsyms.c). VMCOREINFO names them since 6.0. Zero means that the kernel does not have it or
/// does not say.
/// </summary>
public sealed record KallsymsLocation
{
    public required ulong Names { get; init; }

    public required ulong SymbolCount { get; init; }

    public required ulong TokenTable { get; init; }

    public required ulong TokenIndex { get; init; }

    /// <summary>kallsyms_offsets (4.6 and later), else 0.</summary>
    public ulong Offsets { get; init; }

    /// <summary>kallsyms_relative_base (4.6 to 6.x), else 0.</summary>
    public ulong RelativeBase { get; init; }

    /// <summary>kallsyms_addresses (before 4.6, or without base-relative tables), else 0.</summary>
    public ulong Addresses { get; init; }

    /// <summary>Run-time address of _stext (or _text), by which the encoding is told; 0 when unknown.</summary>
    public ulong TextStart { get; init; }

    /// <summary>Size of the kernel's unsigned long in bytes.</summary>
    public int WordSize { get; init; } = 8;
}
