// DiskdumpFormat: dumps of RHEL 3's and 4's diskdump: files that savecore wrote, and images of the dump partition itself.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Dumps.Formats.KdumpCompressed;
using VaQuest.Dumps.Formats.KdumpCompressed.Wire;
using VaQuest.Dumps.Notes;

namespace VaQuest.Dumps.Formats.Diskdump;

/// <summary>
/// The ancestor of the kdump-compressed format: the same main header, bitmaps and page descriptors; its sub header is the registers of the
/// CPU that crashed; the status has other meanings. There is no VMCOREINFO.
/// </summary>
internal sealed class DiskdumpFormat : IDumpFormat
{
    /// <summary>struct disk_dump_header's status: pages are compressed, which needs descriptors.</summary>
    private const uint StatusCompressed = 8;

    /// <summary>More CPUs than any machine of its time had.</summary>
    private const int MaxCpus = 1024;

    public Vmcore? TryOpen(DumpInput input)
    {
        if (DiskdumpPlace.Find(input) is not { } place)
        {
            return null;
        }

        KdumpLayout layout = KdumpLayout.ReadDiskdump(input, place.Head, place.HeaderAt);
        KdumpHeader header = layout.Header;
        Machine? machine = Machine.FindByName(header.MachineName);
        AddDetails(input, place, layout);
        List<CpuNote> cpus = ReadRegisters(input, place, header, machine);
        (IPhysicalMemory memory, IPageInventory pages, IDisposable resources) = OpenMemory(input, place, layout);
        var ranges = new PhysicalRangeList(pages.EnumerateRam());
        return new Vmcore(resources)
        {
            Path = input.Path,
            Format = "diskdump",
            Compression = (header.Status & StatusCompressed) != 0 ? ["zlib"] : [],
            Architecture = machine?.Name ?? "unknown",
            IsBigEndian = header.Order.IsBigEndian,
            WordSize = header.Order.WordSize,
            PageSize = header.BlockSize,
            IsComplete = !input.IsCut,
            PhysicalBytes = ranges.TotalBytes,
            Memory = memory,
            Pages = pages,
            CpuNotes = cpus,
            Ranges = ranges,
            Details = input.Details,
            Warnings = [.. input.Warnings],
        };
    }

    /// <summary>
    /// Pages with descriptors, as savecore wrote them, or one block each, as the kernel did. Nothing in the header tells: a first
    /// descriptor that cannot be one, in a file that is long enough for raw pages, decides.
    /// </summary>
    private static (IPhysicalMemory Memory, IPageInventory Pages, IDisposable Resources) OpenMemory(
        DumpInput input, DiskdumpPlace place, KdumpLayout layout)
    {
        bool isCompressed = (layout.Header.Status & StatusCompressed) != 0;
        if (place.IsPartition && isCompressed)
        {
            throw new DumpFormatException(
                FormatError.Unsupported,
                "this is a diskdump partition with compressed pages, whose layout is not public; save it with diskdumputils' savecore and open that file");
        }

        if (place.IsPartition || (!isCompressed && !HasDescriptors(input, layout)))
        {
            DiskdumpRawMemory raw = OpenRaw(input, place, layout);
            return (raw, raw, raw);
        }

        input.AddDetail("Pages stored", "with descriptors");
        KdumpPages pages = KdumpTables.Open(input, layout);
        var memory = new KdumpMemory(input.Source, pages, layout.Header.BlockSize, 0, input.Options.PageCacheBytes);
        return (memory, memory, memory);
    }

    private static bool HasDescriptors(DumpInput input, KdumpLayout layout)
    {
        byte[] bytes = new byte[PageDescriptor.WireBytes];
        if (input.Source.ReadSome(layout.DescriptorsAt, bytes, "the first page descriptor") < bytes.Length)
        {
            return true;
        }

        var reader = new SpanReader(bytes, layout.Header.Order.IsBigEndian);
        long offset = reader.ReadInt64();
        uint size = reader.ReadUInt32();
        uint flags = reader.ReadUInt32();
        bool isLost = offset == 0 && size == 0;
        return isLost || (offset > layout.DescriptorsAt && offset < input.Source.Length && size > 0 && size <= (uint)layout.Header.BlockSize && flags <= 1);
    }

    private static DiskdumpRawMemory OpenRaw(DumpInput input, DiskdumpPlace place, KdumpLayout layout)
    {
        PageBitmap ram = PageBitmap.Load(input.Source, layout.RamBitmapAt, layout.MaxMapnr, input.Cancellation);
        PageBitmap dumped = layout.HasTwoBitmaps
            ? PageBitmap.Load(input.Source, layout.DumpedBitmapAt, layout.MaxMapnr, input.Cancellation)
            : ram;
        var memory = new DiskdumpRawMemory(
            input.Source, place, layout, dumped, ram, PagesWritten(layout, dumped.Count), input.Options.PageCacheBytes);
        input.AddDetail("Pages stored", "raw, in order");
        if (dumped.KnownBits < dumped.BitCount)
        {
            input.IsCut = true;
            input.Warn($"the file ends at byte {input.Source.Length}, inside the page bitmaps; pages from {dumped.KnownBits} on are missing");
        }
        else if (layout.IsMarkedIncomplete)
        {
            input.IsCut = true;
            input.Warn($"the dump is marked incomplete: the kernel did not finish writing it; blocks that it never wrote are told as missing");
        }
        else if (memory.PagesThere < dumped.Count)
        {
            input.IsCut = true;
            input.Warn($"{dumped.Count - memory.PagesThere} of {dumped.Count} pages are missing: the dump partition was too small, or the file is cut at byte {input.Source.Length}");
        }

        return memory;
    }

    /// <summary>
    /// written_blocks counts two blocks, the sub header, the bitmaps and the pages; it is without the pages until the dump is finished, and
    /// 0 in files of other tools.
    /// </summary>
    private static long PagesWritten(KdumpLayout layout, long count)
    {
        KdumpHeader header = layout.Header;
        long pages = header.WrittenBlocks - 2L - header.SubHeaderBlocks - header.BitmapBlocks;
        return layout.IsMarkedIncomplete || pages <= 0 ? count : Math.Min(count, pages);
    }

    /// <summary>
    /// elf_gregset_t in the sub header: the registers of the CPU that crashed. CPUs before it get empty notes, so that its place tells its
    /// number.
    /// </summary>
    private static List<CpuNote> ReadRegisters(DumpInput input, DiskdumpPlace place, KdumpHeader header, Machine? machine)
    {
        if (machine is not { RegisterBytes: > 0 } || header.CurrentCpu >= MaxCpus)
        {
            return [];
        }

        byte[] registers = new byte[machine.RegisterBytes];
        if (input.Source.ReadSome(place.HeaderAt + header.BlockSize, registers, "the sub header") < registers.Length)
        {
            return [];
        }

        var cpus = new List<CpuNote>();
        for (int i = 0; i < (int)header.CurrentCpu; i++)
        {
            cpus.Add(new CpuNote(i, 0, new byte[machine.RegisterBytes]));
        }

        cpus.Add(new CpuNote((int)header.CurrentCpu, 0, registers));
        return cpus;
    }

    private static void AddDetails(DumpInput input, DiskdumpPlace place, KdumpLayout layout)
    {
        KdumpHeader header = layout.Header;
        input.AddDetail("Kind", place.IsPartition ? "image of a dump partition" : "file");
        input.AddDetail("Header version", $"{header.Version}");
        input.AddDetail("Written as", header.Order.ToString());
        input.AddDetail("Status", $"0x{header.Status:x}");
        input.AddDetail("Release in header", header.Release);
        input.AddDetail("Machine in header", header.MachineName);
        input.AddDetail("Node in header", header.NodeName);
        if (header.Seconds is > 0 and < 253402300800)
        {
            input.AddDetail("Crashed at", DateTimeOffset.FromUnixTimeSeconds(header.Seconds).ToString("u", CultureInfo.InvariantCulture));
        }

        input.AddDetail("Highest page", $"{layout.MaxMapnr}");
        input.AddDetail("CPUs in header", $"{header.CpuCount}");
        input.AddDetail("CPU that crashed", $"{header.CurrentCpu}");
    }
}
