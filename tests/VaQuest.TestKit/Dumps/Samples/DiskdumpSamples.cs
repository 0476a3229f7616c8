// DiskdumpSamples: small diskdumps and their fields.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>savecore's file and the partition itself.</summary>
public static class DiskdumpSamples
{
    public static DumpSample File() => Describe(new DiskdumpWriter { IsCompressed = true, Registers = new byte[68] });

    public static DumpSample Partition() =>
        Describe(new DiskdumpWriter { IsPartition = true, WordSize = 8, Machine = "x86_64", Registers = new byte[216], CurrentCpu = 1 });

    private static DumpSample Describe(DiskdumpWriter writer)
    {
        for (ulong pfn = 1; pfn < 7; pfn++)
        {
            writer.Page(pfn, PageContents.MakeCompressible(pfn));
        }

        byte[] dump = writer.Excluded(7).ToArray();
        var sample = new DumpSample(dump) { IsBigEndian = writer.IsBigEndian };
        for (ulong pfn = 1; pfn < 7; pfn++)
        {
            sample.Holds(pfn * 4096, PageContents.MakeCompressible(pfn));
        }

        foreach (string name in new[] { "status", "block_size", "sub_hdr_size", "bitmap_blocks", "max_mapnr", "written_blocks", "current_cpu", "nr_cpus" })
        {
            // max_mapnr decides whether there are two bitmaps or one; the status whether pages have descriptors.
            sample.Field(name, writer.Places[name], 4, isPlacement: name is "status" or "block_size" or "sub_hdr_size" or "bitmap_blocks" or "max_mapnr");
        }

        if (writer.Places.TryGetValue("descriptor 1", out long at))
        {
            sample.Field("desc offset", at, 8, isPlacement: true).Field("desc size", at + 8, 4).Field("desc flags", at + 12, 4, isPlacement: true);
        }

        return sample.Field("bitmap", writer.Places["bitmap"] + 4096, 1, isPlacement: true);
    }
}
