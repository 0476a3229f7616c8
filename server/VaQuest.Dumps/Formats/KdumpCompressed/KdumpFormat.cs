// KdumpFormat: kdump-compressed dumps of versions 1 to 6: makedumpfile -c, -l, -p, -z and QEMU's kdump formats.
using System.Globalization;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Formats.KdumpCompressed.Wire;
using VaQuest.Dumps.Formats.Xen;
using VaQuest.Dumps.Notes;
using VaQuest.Dumps.Storage;
using VaQuest.Dumps.Vmcoreinfo;

namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>Opens kdump-compressed dumps.</summary>
internal sealed class KdumpFormat : IDumpFormat
{
    public Vmcore? TryOpen(DumpInput input)
    {
        if (!input.BeginsWith(KdumpHeader.Signature))
        {
            return null;
        }

        KdumpLayout layout = KdumpLayout.Read(input);
        KdumpHeader header = layout.Header;
        NoteReader reader = ReadNotes(input, layout);
        IReadOnlyList<DumpNote> notes = reader.Notes;
        var summary = NoteSummary.Read(notes, Machine.FindByName(header.MachineName), header.Order.IsBigEndian, input.Warnings);
        KdumpContent content = KdumpContent.Open(input, layout, summary.Machine);
        AddDetails(input, layout, content);
        return Build(input, layout, content, reader, summary);
    }

    private static Vmcore Build(
        DumpInput input, KdumpLayout layout, KdumpContent content, NoteReader notes, NoteSummary summary)
    {
        KdumpHeader header = layout.Header;
        VmcoreinfoTable vmcoreinfo = ReadVmcoreinfo(input, layout, summary);
        DomainZeroMemory? domain = DomainZeroMemory.Find(input, notes.Notes, content.Memory, content.Pages, header.Order.WordSize);
        IPageInventory pages = domain ?? content.Pages;
        return new Vmcore(content.Resources)
        {
            Path = input.Path,
            Format = "kdump-compressed",
            Compression = MethodsOf(content.Status),
            Architecture = summary.Machine?.Name ?? "unknown",
            IsBigEndian = header.Order.IsBigEndian,
            // QEMU writes the headers of a 32-bit guest as 64-bit ones: the machine tells how wide its words are.
            WordSize = summary.Machine?.WordSize ?? header.Order.WordSize,
            PageSize = header.BlockSize,
            IsComplete = !input.IsCut,
            PhysicalBytes = unchecked((ulong)content.Tables.Ram.Count * (ulong)header.BlockSize),
            Memory = domain ?? content.Memory,
            Pages = pages,
            MachineFrames = domain?.Frames,
            MachineMemory = domain is null ? null : content.Memory,
            MachinePages = domain is null ? null : content.Pages,
            Vmcoreinfo = vmcoreinfo,
            CpuNotes = summary.Cpus,
            QemuCpus = summary.QemuCpus,
            Notes = notes.Notes,
            DeviceDumps = notes.DeviceDumps,
            Ranges = new PhysicalRangeList(pages.EnumerateRam()),
            DumpLevel = layout.SubHeader.DumpLevel,
            HeaderSeconds = header.Seconds > 0 ? header.Seconds : null,
            HeaderPhysBase = layout.SubHeader.PhysBase,
            EraseInfo = [.. summary.EraseInfo, .. ReadEraseInfo(input, layout)],
            Details = input.Details,
            Warnings = [.. input.Warnings, .. vmcoreinfo.Warnings],
        };
    }

    private static NoteReader ReadNotes(DumpInput input, KdumpLayout layout)
    {
        var reader = new NoteReader(input.Source, layout.Header.Order.IsBigEndian, input.Limits, input.Warnings);
        FileArea area = layout.SubHeader.Notes;
        if (!area.IsEmpty)
        {
            reader.Read(area.Offset > long.MaxValue ? -1 : (long)area.Offset, area.Size);
        }

        input.IsCut |= reader.IsCut;
        return reader;
    }

    /// <summary>The sub header points at the text; when it does not, the note has it.</summary>
    private static VmcoreinfoTable ReadVmcoreinfo(DumpInput input, KdumpLayout layout, NoteSummary summary)
    {
        byte[] text = ReadText(input, layout.SubHeader.Vmcoreinfo, "VMCOREINFO");
        VmcoreinfoTable table = VmcoreinfoTable.Parse(text);
        return table.IsEmpty ? summary.Vmcoreinfo : table;
    }

    private static IReadOnlyList<string> ReadEraseInfo(DumpInput input, KdumpLayout layout) =>
        DumpText.CleanLines(ReadText(input, layout.SubHeader.EraseInfo, "the erase log"));

    private static byte[] ReadText(DumpInput input, FileArea area, string what)
    {
        if (area.IsEmpty)
        {
            return [];
        }

        if (area.Offset >= (ulong)input.Source.Length)
        {
            input.IsCut = true;
            input.Warn($"{what} is said to be at offset 0x{area.Offset:x}, behind the end of the file at byte {input.Source.Length}; it is missing");
            return [];
        }

        if (area.Size > (ulong)input.Limits.MaxTextBytes)
        {
            input.Warn($"{what} claims {area.Size} bytes; only the first {input.Limits.MaxTextBytes} are read");
        }

        ulong wanted = Math.Min(area.Size, (ulong)input.Limits.MaxTextBytes);
        byte[] text = new byte[(int)Math.Min(wanted, (ulong)input.Source.Length - area.Offset)];
        int count = input.Source.ReadSome((long)area.Offset, text, what);
        if ((ulong)count < wanted)
        {
            input.IsCut = true;
            input.Warn($"{what} of {area.Size} bytes at offset 0x{area.Offset:x} reaches behind the end of the file; the rest is missing");
        }

        return text[..count];
    }

    private static List<string> MethodsOf(uint status)
    {
        var methods = new List<string>();
        Add(CompressionMethod.Zlib, "zlib");
        Add(CompressionMethod.Lzo, "lzo");
        Add(CompressionMethod.Snappy, "snappy");
        Add(CompressionMethod.Zstd, "zstd");
        return methods;

        void Add(CompressionMethod method, string name)
        {
            if ((status & (uint)method) != 0)
            {
                methods.Add(name);
            }
        }
    }

    private static void AddDetails(DumpInput input, KdumpLayout layout, KdumpContent content)
    {
        KdumpHeader header = layout.Header;
        input.AddDetail("Header version", $"{header.Version}");
        input.AddDetail("Written as", header.Order.ToString());
        input.AddDetail("Status", $"0x{header.Status:x}");
        input.AddDetail("Release in header", header.Release);
        input.AddDetail("Machine in header", header.MachineName);
        input.AddDetail("Node in header", header.NodeName);
        if (header.Seconds is > 0 and < 253402300800)
        {
            input.AddDetail("Written at", DateTimeOffset.FromUnixTimeSeconds(header.Seconds).ToString("u", CultureInfo.InvariantCulture));
        }

        input.AddDetail("Dump level", $"{layout.SubHeader.DumpLevel}");
        input.AddDetail("phys_base in header", $"0x{layout.SubHeader.PhysBase:x}");
        input.AddDetail("Highest page", $"{layout.MaxMapnr}");
        input.AddDetail("Pages in dump", $"{content.Tables.Dumped.Count}");
        input.AddDetail("CPUs in header", $"{header.CpuCount}");
        for (int i = 0; i < content.Members.Count; i++)
        {
            input.AddDetail(FormattableString.Invariant($"Split member {i + 1}"), content.Members[i]);
        }
    }
}
