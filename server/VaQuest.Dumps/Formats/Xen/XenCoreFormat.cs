// XenCoreFormat: core files of Xen guests, as xl dump-core writes them.
using VaQuest.Binary;
using VaQuest.Dumps.Formats.Elf;
using VaQuest.Dumps.Formats.Elf.Wire;
using VaQuest.Dumps.Notes;

namespace VaQuest.Dumps.Formats.Xen;

/// <summary>
/// xc_core's ELF (xen/docs/misc/dump-core-format.txt): no segments; the pages are a section, and another names the page frame number of
/// each: .xen_pfn for guests with hardware virtualisation, .xen_p2m with pairs of guest and machine frame for paravirtualised ones.
/// Memory is the guest's own: guest frame numbers. A paravirtualised guest's page tables hold machine frames;
/// <see cref="Vmcore.MachineFrames"/> leads from those back.
/// </summary>
internal static class XenCoreFormat
{
    private const uint HeaderType = 0x2000001;
    private const ulong MagicParavirtual = 0xf00febed;
    private const ulong MagicHardware = 0xf00febee;

    public static bool IsXenCore(in ElfHeader elf, XenSections sections) =>
        elf.ProgramHeaderCount == 0 && sections.Find(".xen_pages") is not null;

    public static Vmcore Open(DumpInput input, in ElfHeader elf, XenSections sections)
    {
        var reader = new NoteReader(input.Source, elf.IsBigEndian, input.Limits, input.Warnings);
        if (sections.Find(".note.Xen") is { } notes)
        {
            reader.Read((long)notes.Offset, notes.Size);
        }

        input.IsCut |= reader.IsCut;
        (ulong magic, ulong cpuCount, ulong pageCount, int pageSize) = ReadHeader(input, elf, reader.Notes);
        bool isParavirtual = sections.Find(".xen_p2m") is not null;
        var frames = XenFrames.Read(input, elf, sections.Find(isParavirtual ? ".xen_p2m" : ".xen_pfn"), sections.Find(".xen_pages")!, pageCount, pageSize, isParavirtual);
        Machine? machine = Machine.FindByElf(elf.Machine, elf.IsBigEndian, elf.WordSize);
        IReadOnlyList<CpuNote> cpus = XenRegisters.Read(input, sections.Find(".xen_prstatus"), machine, cpuCount);
        AddDetails(input, magic, cpuCount, pageCount, isParavirtual);
        var memory = new ElfMemory(input.Source, frames.Guest, pageSize, input.Options.PageCacheBytes);
        var ranges = new PhysicalRangeList(memory.EnumerateRam());
        return new Vmcore(input.Source)
        {
            Path = input.Path,
            Format = "elf",
            Architecture = machine?.Name ?? "unknown",
            IsBigEndian = elf.IsBigEndian,
            WordSize = machine?.WordSize ?? elf.WordSize,
            PageSize = pageSize,
            IsComplete = !input.IsCut,
            PhysicalBytes = ranges.TotalBytes,
            Memory = memory,
            Pages = memory,
            CpuNotes = cpus,
            Notes = reader.Notes,
            Ranges = ranges,
            MachineFrames = frames.Machine,
            Details = input.Details,
            Warnings = [.. input.Warnings],
        };
    }

    /// <summary>Magic, virtual CPUs, pages and page size, 8 bytes each; what is missing or impossible is assumed, with a warning.</summary>
    private static (ulong Magic, ulong Cpus, ulong Pages, int PageSize) ReadHeader(DumpInput input, in ElfHeader elf, IReadOnlyList<DumpNote> notes)
    {
        const int DefaultPageSize = 4096;
        DumpNote? note = notes.FirstOrDefault(note => note.Name == "Xen" && note.Type == HeaderType);
        if (note is null || note.Descriptor.Length < 32)
        {
            input.Warn($"the Xen core file has no header note; pages of {DefaultPageSize} bytes are assumed");
            return (0, 1, ulong.MaxValue, DefaultPageSize);
        }

        var reader = new SpanReader(note.Descriptor.Span, elf.IsBigEndian);
        ulong magic = reader.ReadUInt64();
        ulong cpus = reader.ReadUInt64();
        ulong pages = reader.ReadUInt64();
        ulong pageSize = reader.ReadUInt64();
        if (pageSize > int.MaxValue || !PageSizes.IsValid((int)pageSize, input.Limits))
        {
            input.Warn($"the Xen header gives a page size of {pageSize}, which is impossible; {DefaultPageSize} is assumed");
            pageSize = DefaultPageSize;
        }

        return (magic, cpus, pages, (int)pageSize);
    }

    private static void AddDetails(DumpInput input, ulong magic, ulong cpuCount, ulong pageCount, bool isParavirtual)
    {
        input.AddDetail("Producer", "Xen, xl dump-core");
        input.AddDetail("Guest", magic switch
        {
            MagicParavirtual => "paravirtualised",
            MagicHardware => "with hardware virtualisation",
            _ => isParavirtual ? "paravirtualised, by its sections" : "with hardware virtualisation, by its sections",
        });
        input.AddDetail("Virtual CPUs", $"{cpuCount}");
        input.AddDetail("Pages in header", $"{pageCount}");
    }
}
