// MigrationFormat: QEMU's migration stream in a file (migrate "exec:cat>FILE", virsh save inside its wrapper).
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.QemuMigration;

/// <summary>
/// Opens plain, compressed-page and mapped-ram streams. Memory is read through once to index it: the format has no table. Streams of multifd go over
/// several channels and are not whole in one file.
/// </summary>
internal sealed class MigrationFormat : IDumpFormat
{
    public Vmcore? TryOpen(DumpInput input) => input.BeginsWith("QEVM"u8) ? Open(input, 0) : null;

    /// <summary>Opens the stream that begins at an offset of the input. Throws <see cref="DumpFormatException"/>.</summary>
    public static Vmcore Open(DumpInput input, long start)
    {
        var reader = new MigrationReader(input, start);
        reader.Read();
        if (reader.Ram is not { } ram || ram.Runs.Pages == 0)
        {
            throw new DumpFormatException(FormatError.Truncated, "the migration stream has no memory in it; nothing can be read");
        }

        return Build(input, reader, ram);
    }

    private static Vmcore Build(DumpInput input, MigrationReader reader, RamSection ram)
    {
        const int PageSize = 4096;
        PieceIndex pieces = ram.Runs.Index(ram.Blocks, ram.IsMapped);
        var memory = new MigrationMemory(input.Source, pieces, ram.Runs, PageSize, input.Options.PageCacheBytes);
        var ranges = new PhysicalRangeList(memory.EnumerateRam());
        if (ram.Runs.Differences > 0)
        {
            input.IsCut = true;
            input.Warn($"{ram.Runs.Differences} pages are stored as differences (XBZRLE), which are not read; save the guest without xbzrle");
        }

        WarnOfGaps(input, memory);
        bool is64 = reader.Cpus.Count == 0 || reader.Cpus.Any(cpu => cpu.IsLongMode);
        bool isX86 = ram.Architecture is "x86_64" || reader.Cpus.Count > 0;
        AddDetails(input, reader, ram);
        return new Vmcore(memory)
        {
            Path = input.Path,
            Format = "qemu-migration",
            Compression = ram.Runs.HasCompressed ? ["zlib"] : [],
            Architecture = isX86 ? (is64 ? "x86_64" : "i386") : ram.Architecture ?? "unknown",
            IsBigEndian = ram.Architecture == "s390x",
            WordSize = is64 ? 8 : 4,
            PageSize = PageSize,
            IsComplete = !input.IsCut,
            PhysicalBytes = ranges.TotalBytes,
            Memory = memory,
            Pages = memory,
            CpuNotes = [.. reader.Cpus.Select(cpu => cpu.ToNote(is64))],
            QemuCpus = [.. reader.Cpus.Select(cpu => cpu.ToState())],
            Ranges = ranges,
            Details = input.Details,
            Warnings = input.Warnings,
        };
    }

    /// <summary>A whole stream has every page of memory at least once.</summary>
    private static void WarnOfGaps(DumpInput input, MigrationMemory memory)
    {
        foreach (PhysicalRange range in memory.EnumerateRam())
        {
            for (ulong page = range.Start.Value / 4096; page < (range.Start.Value + range.Length) / 4096;)
            {
                var pfn = new Pfn(page);
                if (memory.StateOf(pfn) == PageState.Lost)
                {
                    if (!input.IsCut)
                    {
                        input.IsCut = true;
                        input.Warn($"the stream has no copy of the page at physical 0x{page * 4096:x}, and perhaps of others; the guest's memory is not whole");
                    }

                    return;
                }

                page = memory.NextChange(pfn).Value;
            }
        }
    }

    private static void AddDetails(DumpInput input, MigrationReader reader, RamSection ram)
    {
        input.AddDetail("Machine", reader.Machine);
        input.AddDetail("Pages in stream", $"{ram.Runs.Pages}");
        if (ram.IsMapped)
        {
            input.AddDetail("Layout", "mapped-ram");
        }

        foreach (RamBlock block in ram.Blocks.Take(64))
        {
            input.AddDetail("Memory block", $"{block.Name} {block.Bytes} bytes{(block.Places.Count == 0 ? ", not system memory" : "")}");
        }
    }
}
