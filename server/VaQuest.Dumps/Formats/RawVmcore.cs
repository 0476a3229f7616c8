// RawVmcore: builds the dump of formats that record memory and nothing else.
namespace VaQuest.Dumps.Formats;

/// <summary>What LiME, AVML and raw images have in common: no architecture, no registers, no VMCOREINFO.</summary>
internal static class RawVmcore
{
    private const int PageSize = 4096;

    public static Vmcore Build(DumpInput input, string format, IPhysicalMemory memory, IPageInventory pages, IReadOnlyList<string> compression)
    {
        var ranges = new PhysicalRangeList(pages.EnumerateRam());
        return new Vmcore(input.Source)
        {
            Path = input.Path,
            Format = format,
            Compression = compression,
            Architecture = "unknown",
            PageSize = PageSize,
            IsComplete = !input.IsCut,
            PhysicalBytes = ranges.TotalBytes,
            Memory = memory,
            Pages = pages,
            Ranges = ranges,
            Details = input.Details,
            Warnings = input.Warnings,
        };
    }
}
