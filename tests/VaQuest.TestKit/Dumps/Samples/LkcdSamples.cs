// LkcdSamples: small LKCD dumps and their fields.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>LKCD dumps of the three header layouts.</summary>
public static class LkcdSamples
{
    public static DumpSample Version9() => Describe(new LkcdWriter { Compression = LkcdCompression.Gzip, BufferSize = 4096 }, 21 * 8);

    public static DumpSample Version8() => Describe(new LkcdWriter { Version = 8, Compression = LkcdCompression.None }, 0);

    public static DumpSample Version5() => Describe(new LkcdWriter { Version = 5, WordSize = 4, Machine = "i686" }, 15 * 4);

    public static DumpSample Version1BigEndian() => Describe(new LkcdWriter { Version = 1, WordSize = 4, Machine = "ppc", IsBigEndian = true }, 0);

    private static DumpSample Describe(LkcdWriter writer, int registerBytes)
    {
        if (registerBytes > 0)
        {
            writer.Cpu(PageContents.Make(99, registerBytes)).Cpu(PageContents.Make(98, registerBytes));
        }

        for (ulong pfn = 1; pfn < 8; pfn++)
        {
            writer.Page(pfn, pfn == 3 ? PageContents.Make(pfn) : PageContents.MakeCompressible(pfn));
        }

        byte[] dump = writer.Zero(8).ToArray();
        var sample = new DumpSample(dump) { IsBigEndian = writer.IsBigEndian };
        for (ulong pfn = 1; pfn <= 8; pfn++)
        {
            sample.Holds(pfn * 4096, pfn == 8 ? new byte[4096] : pfn == 3 ? PageContents.Make(pfn) : PageContents.MakeCompressible(pfn));
        }

        // A page header that is bent moves the walk: what follows is read from elsewhere, and a run of bytes may look like a header.
        string[] moving = ["dh_version", "dh_page_size", "dh_dump_buffer_size", "dh_dump_compress", "dp_address", "dp_size", "dp_flags"];
        foreach ((string name, long at) in writer.Places)
        {
            string field = name[(name.LastIndexOf(' ') + 1)..];
            int size = field is "dh_dump_buffer_size" or "dp_address" or "dh_memory_size" or "dha_magic_number" ? 8 : 4;
            if (!name.StartsWith("page", StringComparison.Ordinal) || name.StartsWith("page 2", StringComparison.Ordinal))
            {
                sample.Field(name, at, size, isPlacement: moving.Contains(field));
            }
        }

        return sample;
    }
}
