// VmcoreSupplement: what was found out about a dump from the memory in it, because its headers do not say.
using VaQuest.Dumps.Vmcoreinfo;

namespace VaQuest.Dumps;

/// <summary>Facts that replace what a dump's headers lack. See <see cref="Vmcore.WithSupplement"/>.</summary>
public sealed record VmcoreSupplement
{
    /// <summary>One sentence: what was missing, and how it was found or why it was not.</summary>
    public required string Origin { get; init; }

    /// <summary>VMCOREINFO as found in memory, or the same keys as worked out; null when nothing was found.</summary>
    public VmcoreinfoTable? Vmcoreinfo { get; init; }

    /// <summary>True when <see cref="Vmcoreinfo"/> is not the kernel's own text but was worked out.</summary>
    public bool IsDerived { get; init; }

    /// <summary>Machine name, for formats that do not record it; null to keep the dump's.</summary>
    public string? Architecture { get; init; }

    /// <summary>Bytes of a pointer; null to keep the dump's.</summary>
    public int? WordSize { get; init; }

    /// <summary>Physical address of a top-level page table that maps the kernel, or null.</summary>
    public ulong? PageTableRoot { get; init; }
}
