// SadumpSamples: small sadumps of all three shapes with their fields.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>Ten pages, one of them excluded.</summary>
public static class SadumpSamples
{
    private static readonly string[] s_fields = ["block_size", "sub_hdr_size", "bitmap_blocks", "dumpable_bitmap_blocks", "nr_cpus"];

    public static DumpSample Partition() => Describe(static writer => new DumpSample(writer.ToPartition()));

    public static DumpSample Media() => Describe(static writer => new DumpSample(writer.ToMedia()));

    public static DumpSample DiskSet() => Describe(static writer =>
    {
        byte[][] disks = writer.ToDiskSet(4);
        return new DumpSample(disks[0]) { FileName = "disk1" }.Companion("disk2", disks[1]).Field("disk number", 152, 4, isPlacement: true).Field("used_device", 160, 8, isPlacement: true);
    });

    private static DumpSample Describe(Func<SadumpWriter, DumpSample> make)
    {
        var writer = new SadumpWriter();
        for (ulong pfn = 1; pfn < 10; pfn++)
        {
            writer.Page(pfn, PageContents.Make(pfn));
        }

        writer.Excluded(10).Cpu(new byte[216], 0x1000, 0x20, 0xfffffe0000000000);
        DumpSample sample = make(writer);
        for (ulong pfn = 1; pfn < 10; pfn++)
        {
            sample.Holds(pfn * 4096, PageContents.Make(pfn));
        }

        foreach (string name in s_fields)
        {
            sample.Field(name, writer.Places[name], 4, isPlacement: true);
        }

        return sample.Field("max_mapnr_64", writer.Places["max_mapnr_64"], 8, isPlacement: true).Field("first number", 168, 4, isPlacement: true)
            .Field("dumpable", writer.Places["dumpable"], 1, isPlacement: true);
    }
}
