// S390Samples: small s390 stand-alone dumps and their fields.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>Classic and extended dumps of six pages; one chunk of the extended one does not shrink.</summary>
public static class S390Samples
{
    public static DumpSample Classic() => Describe(new S390Writer { Lowcores = [0x1000] }.ToClassic(Memory()))
        .Field("zlib_entry_size", 0x62, 4).Field("mem_start", 0x20, 8, isPlacement: true).Field("mem_end", 0x28, 8, isPlacement: true);

    public static DumpSample Extended() => Describe(new S390Writer { Lowcores = [0x1000] }.ToExtended(Memory()))
        .Field("segment start", 4096, 8, isPlacement: true).Field("segment len", 4096 + 8, 8, isPlacement: true)
        .Field("stop_marker", 4096 + 16, 8).Field("size_on_disk", 4096 + 0x18, 4, isPlacement: true).Field("entry_count", 4096 + 0x30, 4)
        .Field("entry_offset", 4096 + 0x34, 4, isPlacement: true).Field("zlib_entry_size", 0x62, 4, isPlacement: true);

    private static byte[] Memory()
    {
        byte[] noise = new byte[0x2000];
        new Random(7).NextBytes(noise);
        return [.. PageContents.MakeCompressible(1, 0x2000), .. PageContents.MakeCompressible(3, 0x2000), .. noise];
    }

    private static DumpSample Describe(byte[] dump) => new DumpSample(dump) { IsBigEndian = true }.Holds(0, Memory())
        .Field("version", 8, 4).Field("hdr_size", 12, 4).Field("page_size", 20, 4).Field("arch", 0x48, 4).Field("mvdump", 0x5c, 1)
        .Field("cpu_cnt", 0x5d, 2).Field("lowcore", 0x800, 4);
}
