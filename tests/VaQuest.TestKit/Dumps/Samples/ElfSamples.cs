// ElfSamples: small ELF vmcores and their fields.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>ELF vmcores of both classes.</summary>
public static class ElfSamples
{
    /// <summary>A 64-bit vmcore: notes, a segment with an excluded tail, a second segment.</summary>
    public static DumpSample Kdump()
    {
        var notes = new NoteWriter().AddPrStatus64(1, 336).AddQemu(0xffffffff81000000, 0x1000, 0xfffffe0000000000).AddVmcoreinfo();
        byte[] first = PageContents.Make(1, 0x2800);
        byte[] second = PageContents.Make(9, 0x1000);
        byte[] dump = new ElfVmcoreWriter().Notes(notes).Segment(0x1000, first, memoryBytes: 0x4000).Segment(0x9000, second).ToArray();
        DumpSample sample = new DumpSample(dump).Holds(0x1000, first).Holds(0x9000, second);
        AddHeader64(sample);
        AddNote(sample, 64 + (3 * 56));
        return AddSegment64(AddSegment64(AddSegment64(sample, 64, "note"), 64 + 56, "load"), 64 + 112, "load 2");
    }

    /// <summary>PN_XNUM: the number of program headers is in section header 0.</summary>
    public static DumpSample ExtendedCount()
    {
        byte[] page = PageContents.Make(1);
        byte[] dump = new ElfVmcoreWriter { UsesExtendedCount = true }.Segment(0x1000, page).Segment(0x4000, page, memoryBytes: 0x2000).ToArray();
        DumpSample sample = new DumpSample(dump).Holds(0x1000, page).Holds(0x4000, page);
        AddHeader64(sample);
        return AddSegment64(sample, 64, "load").Field("sh_info", 64 + 112 + 44, 4);
    }

    public static DumpSample Class32BigEndian()
    {
        byte[] page = PageContents.Make(5);
        byte[] dump = new ElfVmcoreWriter { Is64 = false, IsBigEndian = true, Machine = 20, HeaderSize = 52 }
            .Notes(new NoteWriter(true).AddVmcoreinfo()).Segment(0x5000, page).ToArray();
        DumpSample sample = new DumpSample(dump) { IsBigEndian = true }.Holds(0x5000, page);
        sample.Field("e_type", 16, 2).Field("e_machine", 18, 2).Field("e_phoff", 28, 4, isPlacement: true).Field("e_shoff", 32, 4);
        sample.Field("e_phentsize", 42, 2, isPlacement: true).Field("e_phnum", 44, 2).Field("e_shnum", 48, 2);
        foreach ((string name, long at) in new[] { ("note", 52L), ("load", 84L) })
        {
            sample.Field(name + " p_type", at, 4).Field(name + " p_offset", at + 4, 4, isPlacement: true);
            sample.Field(name + " p_paddr", at + 12, 4, isPlacement: true).Field(name + " p_filesz", at + 16, 4, isPlacement: true).Field(name + " p_memsz", at + 20, 4);
        }

        return sample;
    }

    /// <summary>Segments that overlap and agree where they do, and a page that two of them share.</summary>
    public static DumpSample Overlapping()
    {
        byte[] memory = PageContents.Make(3, 0x6000);
        byte[] dump = new ElfVmcoreWriter().Segment(0x1000, memory[..0x3800]).Segment(0x3000, memory[0x2000..0x5000], virtualAddress: 0xffffffff81000000)
            .Segment(0x6000, memory[0x5000..]).ToArray();
        DumpSample sample = new DumpSample(dump).Holds(0x1000, memory);
        AddHeader64(sample);
        return AddSegment64(AddSegment64(AddSegment64(sample, 64, "first"), 64 + 56, "second"), 64 + 112, "third");
    }

    /// <summary>What a driver added about its device (NT_VMCOREDD).</summary>
    public static DumpSample DeviceDump()
    {
        byte[] name = new byte[44];
        "cxgb4_0000:02:00.4"u8.CopyTo(name);
        byte[] page = PageContents.Make(1);
        byte[] dump = new ElfVmcoreWriter().Notes(new NoteWriter().Add("LINUX", 0x700, [.. name, .. PageContents.Make(2, 500)]).AddVmcoreinfo())
            .Segment(0x1000, page).ToArray();
        DumpSample sample = new DumpSample(dump).Holds(0x1000, page);
        AddNote(sample, 64 + (2 * 56));
        return AddSegment64(sample, 64, "note");
    }

    /// <summary>/proc/kcore: vmalloc without a physical address and with a size that no file has.</summary>
    public static DumpSample Kcore()
    {
        byte[] text = PageContents.Make(1);
        byte[] memory = PageContents.Make(2, 0x2000);
        byte[] dump = new ElfVmcoreWriter { Alignment = 4096 }.Notes(KcoreNotes().AddVmcoreinfo())
            .Segment(0x1000000, text, virtualAddress: 0xffffffff81000000)
            .Segment(ulong.MaxValue, [], memoryBytes: 0x1fffffffffff, fileBytes: 0x1fffffffffff, virtualAddress: 0xffffc90000000000, offset: 0x490000003000)
            .Segment(0x1000, memory, virtualAddress: 0xffff888000001000).ToArray();
        DumpSample sample = new DumpSample(dump).Holds(0x1000000, text).Holds(0x1000, memory);
        AddHeader64(sample);
        return AddSegment64(AddSegment64(AddSegment64(sample, 64, "note"), 64 + 112, "vmalloc"), 64 + 168, "direct map");
    }

    /// <summary>/proc/kcore before physical addresses: they follow from the direct map's.</summary>
    public static DumpSample OldKcore()
    {
        byte[] low = PageContents.Make(1);
        byte[] high = PageContents.Make(2);
        byte[] dump = new ElfVmcoreWriter { Alignment = 4096 }.Notes(KcoreNotes())
            .Segment(0, PageContents.Make(9), virtualAddress: 0xffffffff81000000)
            .Segment(0, low, virtualAddress: 0xffff880000001000).Segment(0, high, virtualAddress: 0xffff880140000000).ToArray();
        DumpSample sample = new DumpSample(dump).Holds(0x1000, low).Holds(0x140000000, high);
        foreach ((string name, long at) in new[] { ("note", 64L), ("text", 120L), ("low", 176L), ("high", 232L) })
        {
            // The virtual address says where memory is, and the notes that there are no physical ones.
            sample.Field(name + " p_type", at, 4, isPlacement: true).Field(name + " p_offset", at + 8, 8, isPlacement: true).Field(name + " p_vaddr", at + 16, 8, isPlacement: true)
                .Field(name + " p_paddr", at + 24, 8, isPlacement: true).Field(name + " p_filesz", at + 32, 8, isPlacement: true).Field(name + " p_memsz", at + 40, 8);
        }

        return sample;
    }

    /// <summary>netdump of x86_64.</summary>
    public static DumpSample Netdump64()
    {
        byte[] memory = PageContents.Make(7, 0x4000);
        byte[] dump = new ElfVmcoreWriter { Alignment = 4096, IsDataAligned = true }
            .Notes(new NoteWriter().AddPrStatus64(1, 336).Add("CORE", 4, new byte[64])).Segment(0, memory).ToArray();
        DumpSample sample = new DumpSample(dump).Holds(0, memory);
        AddHeader64(sample);
        return AddSegment64(AddSegment64(sample, 64, "note"), 64 + 56, "load");
    }

    /// <summary>netdump of i386: memory from the first segment's offset on, whatever the segment says.</summary>
    public static DumpSample Netdump32()
    {
        byte[] memory = PageContents.Make(7, 0x4000);
        byte[] dump = new ElfVmcoreWriter { Is64 = false, Machine = 3, HeaderSize = 52, Alignment = 4096, IsDataAligned = true }
            .Notes(new NoteWriter().AddPrStatus32(1, 144).Add("CORE", 4, new byte[64])).Segment(0, memory).ToArray();
        DumpSample sample = new DumpSample(dump).Holds(0, memory);
        sample.Field("e_phoff", 28, 4, isPlacement: true).Field("e_phnum", 44, 2, isPlacement: true);
        foreach ((string name, long at) in new[] { ("note", 52L), ("load", 84L) })
        {
            sample.Field(name + " p_type", at, 4, isPlacement: true).Field(name + " p_offset", at + 4, 4, isPlacement: true);
            sample.Field(name + " p_paddr", at + 12, 4, isPlacement: true).Field(name + " p_filesz", at + 16, 4, isPlacement: true)
                .Field(name + " p_memsz", at + 20, 4).Field(name + " p_align", at + 28, 4);
        }

        return sample;
    }

    private static NoteWriter KcoreNotes() => new NoteWriter().AddPrStatus64(1, 336).Add("CORE", 3, new byte[136]).Add("CORE", 4, new byte[64]);

    private static void AddHeader64(DumpSample sample)
    {
        sample.Field("ei_class", 4, 1, isPlacement: true).Field("ei_data", 5, 1, isPlacement: true);
        sample.Field("e_type", 16, 2).Field("e_machine", 18, 2).Field("e_phoff", 32, 8, isPlacement: true).Field("e_shoff", 40, 8);
        sample.Field("e_flags", 48, 4).Field("e_phentsize", 54, 2, isPlacement: true).Field("e_phnum", 56, 2, isPlacement: true);
        sample.Field("e_shentsize", 58, 2).Field("e_shnum", 60, 2).Field("e_shstrndx", 62, 2);
    }

    /// <summary>p_filesz places bytes too: one more reaches into what follows in the file.</summary>
    private static DumpSample AddSegment64(DumpSample sample, long at, string name) =>
        sample.Field(name + " p_type", at, 4, isPlacement: true).Field(name + " p_offset", at + 8, 8, isPlacement: true)
            .Field(name + " p_vaddr", at + 16, 8).Field(name + " p_paddr", at + 24, 8, isPlacement: true)
            .Field(name + " p_filesz", at + 32, 8, isPlacement: true).Field(name + " p_memsz", at + 40, 8).Field(name + " p_align", at + 48, 8);

    private static void AddNote(DumpSample sample, long at) =>
        sample.Field("namesz", at, 4).Field("descsz", at + 4, 4).Field("n_type", at + 8, 4);
}
