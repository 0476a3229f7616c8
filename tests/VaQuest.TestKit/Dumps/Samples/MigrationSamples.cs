// MigrationSamples: small QEMU migration streams, plain and in libvirt's wrapper, and their fields.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>Streams with stored, filled, repeated and compressed pages.</summary>
public static class MigrationSamples
{
    public static DumpSample Stream()
    {
        MigrationWriter writer = Write(isMapped: false);
        return Describe(writer, new DumpSample(writer.ToArray()) { IsBigEndian = true });
    }

    public static DumpSample Mapped()
    {
        MigrationWriter writer = Write(isMapped: true);
        DumpSample sample = Hold(new DumpSample(writer.ToArray()) { IsBigEndian = true }, isMapped: true);
        foreach (string name in new[] { "bitmap offset", "pages offset" })
        {
            sample.Field(name, writer.Places[name], 8, isPlacement: true);
        }

        return sample.Field("mapped version", writer.Places["mapped version"], 4, isPlacement: true).Field("page size", writer.Places["mapped version"] + 4, 8, isPlacement: true);
    }

    /// <summary>The stream as libvirt saves it; its own fields are little-endian.</summary>
    public static DumpSample Libvirt(uint format)
    {
        byte[] stream = Write(isMapped: false).ToArray();
        return Hold(new DumpSample(LibvirtWriter.Wrap(stream, format)), isMapped: false)
            .Field("version", 16, 4).Field("data_len", 20, 4, isPlacement: true).Field("was_running", 24, 4).Field("compressed", 28, 4).Field("cookieOffset", 32, 4);
    }

    private static MigrationWriter Write(bool isMapped)
    {
        var writer = new MigrationWriter { IsMapped = isMapped, MappedAlignment = 4096 };
        writer.Block("pc.ram", 0x6000).Page(0, PageContents.Make(1)).Page(0x1000, PageContents.Make(2)).Zero(0x2000);
        writer = isMapped ? writer.Page(0x3000, PageContents.MakeCompressible(4)) : writer.Compressed(0x3000, PageContents.MakeCompressible(4)).Zero(0x4000, 0x5a);
        writer.Page(0x5000, PageContents.Make(6)).Page(0x1000, PageContents.Make(2));
        return writer.Block("vga.vram", 0x1000).Zero(0).Cpu(0xffffffff81000000, 0xff00, 0x1000, 0x20, 0xfffffe0000000000);
    }

    private static DumpSample Hold(DumpSample sample, bool isMapped)
    {
        sample.Holds(0, PageContents.Make(1)).Holds(0x1000, PageContents.Make(2)).Holds(0x2000, new byte[4096]);
        sample.Holds(0x3000, PageContents.MakeCompressible(4)).Holds(0x5000, PageContents.Make(6));
        return sample.Holds(0x4000, isMapped ? new byte[4096] : Enumerable.Repeat((byte)0x5a, 4096).ToArray());
    }

    private static DumpSample Describe(MigrationWriter writer, DumpSample sample)
    {
        Hold(sample, isMapped: false);
        IReadOnlyDictionary<string, long> places = writer.Places;

        // The machine's name and the block's length decide where memory lies; a record's word says which page it is.
        sample.Field("version", places["version"], 4).Field("machine length", places["machine length"], 4, isPlacement: true);
        sample.Field("ram version", places["ram version"], 4).Field("total", places["total"], 8, isPlacement: true);
        sample.Field("name length", places["name length pc.ram"], 1, isPlacement: true).Field("length", places["length pc.ram"], 8, isPlacement: true);
        sample.Field("ram id", places["ram id"], 4, isPlacement: true);
        foreach (int offset in new[] { 0, 0x2000, 0x3000, 0x4000 })
        {
            sample.Field($"record {offset}", places[$"record pc.ram {offset}"], 8, isPlacement: true);
        }

        return sample.Field("compressed length", places["payload pc.ram 12288"], 4, isPlacement: true).Field("end record", places["end record"], 8, isPlacement: true)
            .Field("description length", places["description length"], 4);
    }
}
