// XenSamples: small core files of Xen guests and their fields.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>Both kinds of guests.</summary>
public static class XenSamples
{
    public static DumpSample Hardware() => Describe(new XenCoreWriter());

    public static DumpSample Paravirtual() => Describe(new XenCoreWriter { IsParavirtual = true });

    private static DumpSample Describe(XenCoreWriter writer)
    {
        for (ulong pfn = 1; pfn < 8; pfn++)
        {
            writer.Page(pfn, PageContents.Make(pfn), 1000 - (pfn * 3));
        }

        byte[] dump = writer.Cpu(new byte[216]).Page(20, PageContents.Make(20), 17).ToArray();
        var sample = new DumpSample(dump);
        for (ulong pfn = 1; pfn < 8; pfn++)
        {
            sample.Holds(pfn * 4096, PageContents.Make(pfn));
        }

        sample.Holds(20 * 4096, PageContents.Make(20));
        string table = writer.IsParavirtual ? ".xen_p2m" : ".xen_pfn";
        foreach (string section in new[] { ".note.Xen", ".xen_prstatus", ".xen_pages", table })
        {
            bool places = section == ".xen_pages" || section == table;
            sample.Field(section + " sh_offset", writer.Places[section + " sh_offset"], 8, isPlacement: places);
            sample.Field(section + " sh_size", writer.Places[section + " sh_size"], 8);
        }

        // The header note follows an empty note: 12 + 4 bytes, then 12 + 4 of its own.
        long header = writer.Places[".note.Xen"] + 32;
        sample.Field("nr_vcpus", header + 8, 8).Field("nr_pages", header + 16, 8).Field("page_size", header + 24, 8, isPlacement: true);
        return sample.Field("e_shoff", writer.Places["e_shoff"], 8, isPlacement: true).Field("e_shnum", writer.Places["e_shnum"], 2)
            .Field("e_shstrndx", writer.Places["e_shstrndx"], 2, isPlacement: true).Field("frame", writer.Places[table] + (writer.IsParavirtual ? 16 : 8), 8, isPlacement: true);
    }
}
