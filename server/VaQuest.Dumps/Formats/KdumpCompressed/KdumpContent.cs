// KdumpContent: the memory of a kdump-compressed dump, of one file or of a split set.
using VaQuest.Dumps.Notes;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>What the page tables of a dump's files give together.</summary>
internal sealed class KdumpContent
{
    /// <summary>Smallest page cache of a split member in bytes: 256 pages of 4 KiB.</summary>
    private const int MinCacheBytes = 1 << 20;

    /// <summary>Sentences about missing members; a hostile set could have many gaps.</summary>
    private const int MaxGapsTold = 8;

    public required IPhysicalMemory Memory { get; init; }

    public required IPageInventory Pages { get; init; }

    /// <summary>Closes all files.</summary>
    public required IDisposable Resources { get; init; }

    /// <summary>The tables of the first file: its bitmaps are those of all.</summary>
    public required KdumpPages Tables { get; init; }

    /// <summary>The status fields of all files together.</summary>
    public required uint Status { get; init; }

    /// <summary>One line for each file of a split dump, and for each range whose file is missing.</summary>
    public IReadOnlyList<string> Members { get; private init; } = [];

    public static KdumpContent Open(DumpInput input, KdumpLayout layout, Machine? machine)
    {
        // Bit 0 of ARM's bitmaps is the first page of RAM, not of the address space.
        ulong basePfn = machine?.Name == "arm" ? layout.SubHeader.PhysBase / (ulong)layout.Header.BlockSize : 0;
        return layout.SubHeader.IsSplit ? OpenSplit(input, layout, basePfn) : OpenSingle(input, layout, basePfn);
    }

    private static KdumpContent OpenSingle(DumpInput input, KdumpLayout layout, ulong basePfn)
    {
        KdumpPages pages = KdumpTables.Open(input, layout);
        var memory = new KdumpMemory(input.Source, pages, layout.Header.BlockSize, basePfn, input.Options.PageCacheBytes);
        return new KdumpContent { Memory = memory, Pages = memory, Resources = memory, Tables = pages, Status = layout.Header.Status };
    }

    private static KdumpContent OpenSplit(DumpInput input, KdumpLayout layout, ulong basePfn)
    {
        List<KdumpMember> members = KdumpSplitSet.Find(input, layout);
        bool isOpen = false;
        try
        {
            KdumpPages[] tables = KdumpTables.Open(input, members);
            SplitMemory memory = Join(input, members, tables, basePfn);
            List<string> lines = Describe(input, members, tables[0].Dumped);
            isOpen = true;
            return new KdumpContent
            {
                Memory = memory,
                Pages = memory,
                Resources = memory,
                Tables = tables[0],
                Status = members.Aggregate(0u, static (status, member) => status | member.Layout.Header.Status),
                Members = lines,
            };
        }
        finally
        {
            if (!isOpen)
            {
                members.ForEach(member => member.Source.Dispose());
            }
        }
    }

    private static SplitMemory Join(DumpInput input, List<KdumpMember> members, KdumpPages[] tables, ulong basePfn)
    {
        int cacheBytes = Math.Max(MinCacheBytes, input.Options.PageCacheBytes / members.Count);
        var memories = new KdumpMemory[members.Count];
        var ranges = new (ulong Start, ulong End)[members.Count];
        for (int i = 0; i < memories.Length; i++)
        {
            KdumpMember member = members[i];
            ulong pageSize = (ulong)member.Layout.Header.BlockSize;
            memories[i] = new KdumpMemory(member.Source, tables[i], member.Layout.Header.BlockSize, basePfn, cacheBytes);
            ranges[i] = ((member.Start + basePfn) * pageSize, (member.End + basePfn) * pageSize);
        }

        return new SplitMemory(memories, ranges);
    }

    /// <summary>Says which files were found and which ranges of pages are in files that were not.</summary>
    private static List<string> Describe(DumpInput input, List<KdumpMember> members, PageBitmap dumped)
    {
        var lines = new List<string>();
        ulong covered = 0;
        int gaps = 0;
        foreach (KdumpMember member in members)
        {
            AddGap(member.Start);
            covered = Math.Max(covered, member.End);
            string own = ReferenceEquals(member.Source, input.Source) ? ", the file that was opened" : "";
            string range = member.Start == member.End ? "no pages" : FormattableString.Invariant($"pages {member.Start} to {member.End - 1}");
            lines.Add($"{DumpText.CleanName(member.Name)}: {range}{own}");
        }

        AddGap(dumped.BitCount);
        return lines;

        void AddGap(ulong end)
        {
            long missing = end <= covered ? 0 : dumped.Rank(end) - dumped.Rank(covered);
            if (missing == 0)
            {
                return;
            }

            input.IsCut = true;
            lines.Add(FormattableString.Invariant($"(missing): pages {covered} to {end - 1}, {missing} of them dumped"));
            if (gaps++ < MaxGapsTold)
            {
                input.Warn($"this is a split dump, and the file with pages {covered} to {end - 1} is not beside it: put all files of the set into one folder");
            }
        }
    }
}
