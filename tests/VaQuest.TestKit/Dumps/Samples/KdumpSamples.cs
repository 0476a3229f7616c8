// KdumpSamples: small kdump-compressed dumps and their fields.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>kdump-compressed dumps of several versions, word sizes and byte orders; every page is stored by another method.</summary>
public static class KdumpSamples
{
    private const int PageCount = 10;

    private static readonly PageCompression[] s_methods =
        [PageCompression.Raw, PageCompression.Zlib, PageCompression.Lzo, PageCompression.Snappy, PageCompression.Zstd];

    private static readonly string[] s_fields4 = ["status", "block_size", "sub_hdr_size", "bitmap_blocks", "max_mapnr", "nr_cpus", "split"];

    /// <summary>Fields of the sub header that are a word: 4 or 8 bytes.</summary>
    private static readonly string[] s_words = ["phys_base", "start_pfn", "end_pfn", "size_vmcoreinfo", "size_note", "size_eraseinfo"];

    private static readonly string[] s_fields8 = ["offset_vmcoreinfo", "offset_note", "offset_eraseinfo", "start_pfn_64", "end_pfn_64", "max_mapnr_64"];

    public static DumpSample OfVersion(int version) =>
        Describe(new KdumpWriter { Version = version, Notes = new NoteWriter().AddPrStatus64(1, 336), EraseInfo = "erase x size 1\n" });

    public static DumpSample Packed32() =>
        Describe(new KdumpWriter { Version = 3, WordSize = 4, Machine = "i686", Notes = new NoteWriter().AddPrStatus32(1, 144) });

    public static DumpSample BigEndian() =>
        Describe(new KdumpWriter { IsBigEndian = true, Machine = "s390x", Notes = new NoteWriter(true).AddPrStatus64(1, 336) });

    /// <summary>One file of a split set, which holds the pages from 4 on.</summary>
    public static DumpSample Split() =>
        Describe(new KdumpWriter { Split = (4, PageCount + 1), MaxMapnr = PageCount + 1 }, firstHeld: 4, isIncomplete: true);

    private static DumpSample Describe(KdumpWriter writer, ulong firstHeld = 1, bool isIncomplete = false)
    {
        for (ulong pfn = 1; pfn < PageCount; pfn++)
        {
            writer.Page(pfn, PageContents.MakeCompressible(pfn), s_methods[pfn % 5]);
        }

        writer.Zero(PageCount);
        var sample = new DumpSample(writer.ToArray()) { IsBigEndian = writer.IsBigEndian, IsIncomplete = isIncomplete };
        for (ulong pfn = firstHeld; pfn <= PageCount; pfn++)
        {
            sample.Holds(pfn * 4096, pfn == PageCount ? new byte[4096] : PageContents.MakeCompressible(pfn));
        }

        foreach ((string[] names, int size) in new[] { (s_fields4, 4), (s_words, writer.WordSize), (s_fields8, 8) })
        {
            foreach (string name in names.Where(writer.Places.ContainsKey))
            {
                sample.Field(name, writer.Places[name], size, isPlacement: MovesPages(name));
            }
        }

        long descriptor = writer.Places[FormattableString.Invariant($"descriptor {firstHeld + 2}")];
        return sample.Field("header_version", 8, 4, isPlacement: true).Field("desc offset", descriptor, 8, isPlacement: true)
            .Field("desc size", descriptor + 8, 4).Field("desc flags", descriptor + 12, 4, isPlacement: true)
            .Field("bitmap", writer.Places["dumped"], 1, isPlacement: true);
    }

    /// <summary>These say where the tables are, or at which page they begin: another value, other bytes.</summary>
    private static bool MovesPages(string name) =>
        name is "block_size" or "sub_hdr_size" or "bitmap_blocks" or "split" or "start_pfn" or "start_pfn_64" or "max_mapnr" or "max_mapnr_64";
}
