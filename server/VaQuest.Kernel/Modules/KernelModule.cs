// KernelModule: a module that was loaded when the kernel crashed.
using VaQuest.Binary;

namespace VaQuest.Kernel.Modules;

/// <summary>A loaded module (struct module, include/linux/module.h).</summary>
public sealed record KernelModule
{
    public required string Name { get; init; }

    /// <summary>Address of its struct module.</summary>
    public required VirtAddr Address { get; init; }

    /// <summary>Live, Coming, Going or Unformed.</summary>
    public required string State { get; init; }

    public required IReadOnlyList<ModuleRegion> Regions { get; init; }

    /// <summary>Where each ELF section was loaded (sect_attrs), by section name; empty when the kernel did not keep it.</summary>
    public IReadOnlyDictionary<string, VirtAddr> Sections { get; init; } = new Dictionary<string, VirtAddr>();

    /// <summary>GNU build id in lower-case hex, or null when it cannot be read.</summary>
    public string? BuildId { get; init; }

    public string? Version { get; init; }

    public string? SourceVersion { get; init; }

    /// <summary>Taint names as in taint_flags (kernel/panic.c): proprietary, out-of-tree, unsigned, …</summary>
    public IReadOnlyList<string> Taints { get; init; } = [];

    public int? ReferenceCount { get; init; }

    public IReadOnlyList<string> UsedBy { get; init; } = [];

    /// <summary>Bytes of core memory, as lsmod shows.</summary>
    public ulong Size { get; init; }
}
