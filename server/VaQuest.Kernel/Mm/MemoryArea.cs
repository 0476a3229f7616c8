// MemoryArea: one mapping of a process.
using VaQuest.Binary;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Mm;

/// <summary>A vm_area_struct (include/linux/mm_types.h).</summary>
public sealed record MemoryArea
{
    /// <summary>Address of the vm_area_struct.</summary>
    public required VirtAddr Address { get; init; }

    /// <summary>First address in the process.</summary>
    public required MemberValue Start { get; init; }

    /// <summary>First address behind it.</summary>
    public required MemberValue End { get; init; }

    /// <summary>VM_*.</summary>
    public required MemberValue Flags { get; init; }

    /// <summary>Where it begins in its file, in pages.</summary>
    public required MemberValue PageOffset { get; init; }

    /// <summary>The struct file; NULL for anonymous memory.</summary>
    public required MemberValue File { get; init; }

    /// <summary>Path of its file; null for anonymous memory.</summary>
    public KernelPath? Path { get; init; }

    /// <summary>"[heap]", "[stack]", "[vdso]", "[anon:name]"; null when there is none.</summary>
    public string? Name { get; init; }

    /// <summary>As /proc/PID/maps writes it: "r-xp".</summary>
    public static string Permissions(ulong flags) => string.Concat(
        (flags & 1) != 0 ? "r" : "-", (flags & 2) != 0 ? "w" : "-", (flags & 4) != 0 ? "x" : "-", (flags & 0x80) != 0 ? "s" : "p");

    /// <summary>What else the flags say: names of bits that mean the same in all kernels since 4.14 (include/linux/mm.h).</summary>
    public static IReadOnlyList<string> Traits(ulong flags) => [.. s_traits.Where(trait => (flags & trait.Bit) != 0).Select(trait => trait.Name)];

    private static readonly (ulong Bit, string Name)[] s_traits =
    [
        (0x100, "grows down"), (0x400, "page frames"), (0x2000, "locked"), (0x4000, "device memory"), (0x20000, "not in children"),
        (0x400000, "huge pages (hugetlb)"), (0x20000000, "huge pages wanted"), (0x40000000, "no huge pages"), (0x80000000, "mergeable"),
    ];
}
