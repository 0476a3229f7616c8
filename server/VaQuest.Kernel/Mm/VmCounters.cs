// VmCounters: the kernel's counters of pages: of the machine, of a node or of a zone.
namespace VaQuest.Kernel.Mm;

/// <summary>Counters in the order of the kernel's enumeration.</summary>
public sealed class VmCounters(IReadOnlyList<VmCounter> all, string? missing)
{
    private readonly Dictionary<string, VmCounter> _byName = all.GroupBy(counter => counter.Name, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

    public IReadOnlyList<VmCounter> All => all;

    /// <summary>Why there are none, or null.</summary>
    public string? Missing => missing;

    /// <summary>The counter of that name, or null when this kernel has none.</summary>
    public VmCounter? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The shared counter, never below zero, as the kernel itself reads it (global_zone_page_state); null when it is not known.</summary>
    public long? Shared(string name) => Find(name)?.Shared is { } value ? Math.Max(0, value) : null;
}
