// SwapReader: the swap areas.
using VaQuest.Binary;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Mm;

/// <summary>Reads swap_info[] (mm/swapfile.c). Never throws on data.</summary>
/// <param name="objects">The kernel's objects.</param>
/// <param name="symbol">Run-time address of a symbol, or null.</param>
public sealed class SwapReader(KernelObjects objects, Func<string, VirtAddr?> symbol)
{
    /// <summary>MAX_SWAPFILES is at most 32.</summary>
    private const int MaxAreas = 32;

    private const ulong UsedFlag = 1;

    /// <summary>The areas in use.</summary>
    /// <param name="problem">Why they are not known, or not all; null when they are.</param>
    public IReadOnlyList<SwapArea> Read(out string? problem)
    {
        problem = null;
        if (symbol("swap_info") is not { } table)
        {
            problem = "swap_info is no known symbol: this kernel was built without swap, or its symbols are not known";
            return [];
        }

        int count = symbol("nr_swapfiles") is { } number && objects.Reader.TryReadUInt32(number, out uint used) ? (int)Math.Min(used, MaxAreas) : MaxAreas;
        var areas = new List<SwapArea>();
        for (int i = 0; i < count; i++)
        {
            ReadOutcome outcome = objects.Reader.ReadUInt(table + (ulong)(i * objects.Reader.WordSize), objects.Reader.WordSize, out ulong pointer);
            if (!outcome.IsOk)
            {
                problem ??= $"swap_info cannot be read: {outcome}";
            }

            if (pointer != 0 && ReadArea(new VirtAddr(pointer), i) is { } area && (area.Flags.Bits is null || (area.Flags.Bits & UsedFlag) != 0))
            {
                areas.Add(area);
            }
        }

        return areas;
    }

    private SwapArea ReadArea(VirtAddr area, int number)
    {
        MemberValue file = objects.ReadMember(area, "swap_info_struct", "swap_file");
        return new SwapArea
        {
            Address = area,
            Number = number,
            Path = file.Pointer is { } known && objects.FindAddress(known, "file", "f_path") is { } path ? new PathReader(objects).Read(path) : null,
            Flags = objects.ReadMember(area, "swap_info_struct", "flags"),
            Priority = objects.ReadMember(area, "swap_info_struct", "prio"),
            Pages = objects.ReadMember(area, "swap_info_struct", "pages"),

            UsedPages = ReadUsed(area),
        };
    }

    // An atomic counter since 6.3; since 6.14 bit 30 of it says that the area is on no list.
    private MemberValue ReadUsed(VirtAddr area)
    {
        const ulong offList = 1UL << 30;
        MemberValue used = objects.ReadMember(area, "swap_info_struct", "inuse_pages.counter", "inuse_pages");
        return used.Bits is { } bits && bits > objects.FindUInt(area, "swap_info_struct", "pages") && (bits & offList) != 0
            ? new MemberValue(bits & ~offList, (long)(bits & ~offList), "")
            : used;
    }
}
