// VmwareSamples: small VMware state files and guest dumps with their fields.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>Memory in the state file, in a .vmem file, and in a guest dump.</summary>
public static class VmwareSamples
{
    public static DumpSample Inside()
    {
        VmwareWriter writer = Writer();
        DumpSample sample = new DumpSample(writer.ToState(Image())) { FileName = "guest.vmsn" };
        return Describe(sample, writer).Field("memory bytes", writer.Places["memory bytes"], 8, isPlacement: true);
    }

    public static DumpSample Beside()
    {
        VmwareWriter writer = Writer();
        return Describe(new DumpSample(writer.ToState(null)) { FileName = "guest.vmss" }.Companion("guest.vmem", Image()), writer);
    }

    public static DumpSample Guestdump()
    {
        VmwareWriter writer = new VmwareWriter().Cpu(new byte[216], 0x1000);
        byte[] guest = writer.ToGuestdump(7, 5, holePage: 3, holePages: 4);
        return Hold(new DumpSample(guest) { FileName = "esx.guest" }.Companion("esx.vmem", Image()), holeAt: 3, holePages: 4)
            .Field("version", 0, 4, isPlacement: true).Field("num_vcpus", 4, 4).Field("last address", writer.Places["last address"], 8)
            .Field("pages", writer.Places["last address"] + 8, 8).Field("holes", writer.Places["last address"] + 20, 4, isPlacement: true)
            .Field("hole page", writer.Places["last address"] + 24, 8, isPlacement: true).Field("hole pages", writer.Places["last address"] + 32, 8);
    }

    private static VmwareWriter Writer() => new VmwareWriter().Region(0, 0, 3).Region(3, 0x100, 2).Cpu(new byte[216], 0x1000, 0x20, 0xfffffe0000000000);

    private static byte[] Image() => [.. Enumerable.Range(1, 5).SelectMany(page => PageContents.Make((ulong)page))];

    private static DumpSample Hold(DumpSample sample, int holeAt, int holePages)
    {
        for (int i = 0; i < 5; i++)
        {
            sample.Holds((ulong)(i < holeAt ? i : i + holePages) * 4096, PageContents.Make((ulong)i + 1));
        }

        return sample;
    }

    private static DumpSample Describe(DumpSample sample, VmwareWriter writer)
    {
        Hold(sample, holeAt: 3, holePages: 0x100 - 3).Field("magic", 0, 4).Field("groups", writer.Places["groups"], 4, isPlacement: true);
        sample.Field("cpu position", writer.Places["cpu position"], 8).Field("memory position", writer.Places["memory position"], 8, isPlacement: true);
        foreach (string name in new[] { "region image page", "region guest page", "region pages" })
        {
            sample.Field(name, writer.Places[name], 4, isPlacement: true);
        }

        return sample;
    }
}
