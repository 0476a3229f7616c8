// XenSamples: small core files of Xen guests and their fields.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>Both kinds of guests.</summary>
public static class XenSamples
{
    public static DumpSample Hardware() => Describe(new XenCoreWriter());

    public static DumpSample Paravirtual() => Describe(new XenCoreWriter { IsParavirtual = true });

    /// <summary>
    /// A host's dump, seen as domain 0 sees it: its page n is machine frame 64 + (7 n mod 32); its table is in frame 2, listed by frame 3, listed by
    /// frame 4, which the crash note names.
    /// </summary>
    public static DumpSample Domain0(bool isElf)
    {
        const ulong Pages = 32;
        var crash = new WireWriter();
        crash.U64(4).U64(17).Zeros(7 * 8).U64(4);
        NoteWriter notes = new NoteWriter().Add("Xen", 0x1000001, crash.ToArray()).AddPrStatus64(1, 336).AddVmcoreinfo();
        var machine = new SortedDictionary<ulong, byte[]> { [3] = [2, .. new byte[4095]], [4] = [3, .. new byte[4095]] };
        var table = new WireWriter();
        for (ulong pfn = 0; pfn < Pages; pfn++)
        {
            table.U64(64 + (7 * pfn % Pages));
            machine[64 + (7 * pfn % Pages)] = PageContents.Make(pfn);
        }

        machine[2] = [.. table.ToArray(), .. new byte[4096 - (8 * (int)Pages)]];
        var elf = new ElfVmcoreWriter().Notes(notes);
        var kdump = new KdumpWriter { Notes = notes };
        foreach ((ulong frame, byte[] page) in machine)
        {
            elf.Segment(frame * 4096, page);
            kdump.Page(frame, page, PageCompression.Lzo);
        }

        var sample = new DumpSample(isElf ? elf.ToArray() : kdump.ToArray());
        for (ulong pfn = 0; pfn < Pages; pfn++)
        {
            sample.Holds(pfn * 4096, PageContents.Make(pfn));
        }

        // The note and the lists behind it say which machine frame a page is: any other value is another page.
        int at = sample.Dump.AsSpan().IndexOf(crash.ToArray());
        sample.Field("frame list", at + 72, 8, isPlacement: true).Field("Xen namesz", at - 16, 4, isPlacement: true).Field("Xen descsz", at - 12, 4, isPlacement: true)
            .Field("Xen n_type", at - 8, 4, isPlacement: true);
        if (isElf)
        {
            int frames = sample.Dump.AsSpan().IndexOf(table.ToArray());
            sample.Field("frame of page 0", frames, 8, isPlacement: true).Field("frame of page 31", frames + (31 * 8), 8, isPlacement: true);
        }

        return sample;
    }

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
