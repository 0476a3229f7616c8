// SwapArea: a file or partition that memory is written out to.
using VaQuest.Binary;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Mm;

/// <summary>A struct swap_info_struct in use (include/linux/swap.h).</summary>
public sealed record SwapArea
{
    public required VirtAddr Address { get; init; }

    /// <summary>Its number.</summary>
    public required int Number { get; init; }

    /// <summary>The file or device node; null when it could not be read.</summary>
    public KernelPath? Path { get; init; }

    /// <summary>SWP_*.</summary>
    public required MemberValue Flags { get; init; }

    /// <summary>Areas with a higher one are filled first.</summary>
    public required MemberValue Priority { get; init; }

    /// <summary>Pages that can be stored.</summary>
    public required MemberValue Pages { get; init; }

    public required MemberValue UsedPages { get; init; }

    /// <summary>Names of the flags that mean the same since 4.14.</summary>
    public IReadOnlyList<string> FlagNames => Flags.Bits is { } flags ? [.. s_names.Where(name => (flags & name.Bit) != 0).Select(name => name.Name)] : [];

    private static readonly (ulong Bit, string Name)[] s_names = [(1, "used"), (2, "writable"), (4, "discardable"), (8, "discarding"), (0x10, "solid state"), (0x40, "block device")];
}
