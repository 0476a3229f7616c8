// SwapPage: the swap areas.
using VaQuest.Kernel.Mm;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest swap DUMP`: what /proc/swaps shows.</summary>
internal static class SwapPage
{
    public static PageSource Source { get; } = new("swap", "Print the swap areas: size, use, priority, file.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        IReadOnlyList<SwapArea> areas = new SwapReader(context.Kernel.Objects, context.Kernel.Symbols.FindAddress).Read(out string? problem);
        ulong pageSize = (ulong)context.Opened.Dump.PageSize;
        var paths = new PathCells();
        var rows = areas.Select(area => (IReadOnlyList<Cell>)
        [
            Cell.Of((long)area.Number),
            MemberCells.Pointer(area.Address, "", "struct swap_info_struct"),
            Cell.Bytes(area.Pages.Bits * pageSize, area.Pages.Reason),
            Cell.Bytes(area.UsedPages.Bits * pageSize, area.UsedPages.Reason),
            MemberCells.Signed(area.Priority),
            area.Flags.Bits is null ? Cell.Absent(area.Flags.Reason) : Cell.List(area.FlagNames),
            area.Path is { } path ? paths.Of(path) : Cell.Absent("its file cannot be read"),
        ]).ToList();
        return new Page("swap", "Swap areas",
        [
            new Table(
                "areas",
                "Swap areas",
                [
                    new("number", "#", true), new("area", "AREA"), new("bytes", "SIZE", true), new("usedBytes", "USED", true), new("priority", "PRIORITY", true),
                    new("flags", "FLAGS"), new("path", "FILE"),
                ],
                rows) { Notes = problem is null ? paths.Notes : [problem, .. paths.Notes] },
        ]);
    }
}
