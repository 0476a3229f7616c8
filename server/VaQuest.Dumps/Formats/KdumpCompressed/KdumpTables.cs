// KdumpTables: opens the bitmaps and descriptors of a kdump-compressed dump, of one file or of a split set.
namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>Opens the tables of each file and says what is missing.</summary>
internal static class KdumpTables
{
    /// <summary>The tables of a dump in one file.</summary>
    public static KdumpPages Open(DumpInput input, KdumpLayout layout)
    {
        var member = new KdumpMember(Path.GetFileName(input.Path), input.Source, layout, 0, layout.MaxMapnr);
        return Open(input, [member])[0];
    }

    /// <summary>The tables of each member; the bitmaps are read once and shared.</summary>
    public static KdumpPages[] Open(DumpInput input, IReadOnlyList<KdumpMember> members)
    {
        (KdumpMember first, PageBitmap dumped) = LoadDumped(input, members);
        KdumpLayout layout = first.Layout;
        var ram = new Lazy<PageBitmap>(() =>
            layout.HasTwoBitmaps ? PageBitmap.Load(first.Source, layout.RamBitmapAt, layout.MaxMapnr, CancellationToken.None) : dumped);
        if (dumped.KnownBits < dumped.BitCount)
        {
            input.IsCut = true;
            input.Warn($"the file ends at byte {first.Source.Length}, inside the page bitmaps; pages from {dumped.KnownBits} on are missing");
        }

        var tables = new KdumpPages[members.Count];
        for (int i = 0; i < tables.Length; i++)
        {
            KdumpMember member = members[i];
            long count = dumped.Rank(member.End) - dumped.Rank(member.Start);
            var descriptors = new DescriptorTable(member.Source, member.Layout.DescriptorsAt, count, member.Layout.Header.Order.IsBigEndian);
            tables[i] = new KdumpPages(dumped, ram, descriptors, member.Source.Length, layout.Header.BlockSize, member.Start, member.End);
            if (dumped.KnownBits == dumped.BitCount)
            {
                KdumpLosses.Find(input, member, tables[i], members.Count > 1);
            }
        }

        return tables;
    }

    /// <summary>The bitmap of dumped pages from the first file that has it whole, else what the first file has.</summary>
    private static (KdumpMember From, PageBitmap Dumped) LoadDumped(DumpInput input, IReadOnlyList<KdumpMember> members)
    {
        PageBitmap? partial = null;
        foreach (KdumpMember member in members)
        {
            PageBitmap dumped = PageBitmap.Load(member.Source, member.Layout.DumpedBitmapAt, member.Layout.MaxMapnr, input.Cancellation);
            if (dumped.KnownBits == dumped.BitCount)
            {
                return (member, dumped);
            }

            partial ??= dumped;
        }

        return (members[0], partial!);
    }
}
