// LkcdFormat: dumps of the Linux Kernel Crash Dump patches, versions 1 to 10; also what Mini Kernel Dump's converter leaves.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Dumps.Formats.Lkcd.Wire;
using VaQuest.Dumps.Notes;

namespace VaQuest.Dumps.Formats.Lkcd;

/// <summary>Opens LKCD dumps of both byte orders. They have no VMCOREINFO and no table of pages.</summary>
internal sealed class LkcdFormat : IDumpFormat
{
    public Vmcore? TryOpen(DumpInput input)
    {
        if (!LkcdHeader.IsLkcd(input.Head.Span))
        {
            return null;
        }

        LkcdHeader header = LkcdHeader.Read(input.Head.Span);
        Check(input, header);
        Machine? machine = Machine.FindByName(header.MachineName);
        IReadOnlyList<CpuNote> cpus = LkcdRegisters.Read(input, header, machine);
        LkcdIndex index = LkcdScan.Run(input, header, out ulong addressBase);
        AddDetails(input, header, index);
        if (header.IsLive)
        {
            input.Warn($"the dump was taken while the machine ran on: what it holds is not of one moment");
        }

        var memory = new LkcdMemory(input.Source, index, header, addressBase, input.IsCut, input.Options.PageCacheBytes);
        var ranges = new PhysicalRangeList(memory.EnumerateRam());
        return new Vmcore(memory)
        {
            Path = input.Path,
            Format = "lkcd",
            Compression = header.Compression switch
            {
                LkcdHeader.CompressRunLength => ["rle"],
                LkcdHeader.CompressGzip => ["gzip"],
                _ => [],
            },
            Architecture = machine?.Name ?? "unknown",
            IsBigEndian = header.IsBigEndian,
            WordSize = machine?.WordSize ?? 8,
            PageSize = memory.PageSize,
            IsComplete = !input.IsCut,
            PhysicalBytes = ranges.TotalBytes,
            Memory = memory,
            Pages = memory,
            CpuNotes = cpus,
            Ranges = ranges,
            Details = input.Details,
            Warnings = [.. input.Warnings],
        };
    }

    private static void Check(DumpInput input, LkcdHeader header)
    {
        if (header.PageSize > int.MaxValue || !PageSizes.IsValid((int)header.PageSize, input.Limits))
        {
            throw Bad($"page size is {header.PageSize}; it must be a power of two from {input.Limits.MinPageSize} to {input.Limits.MaxPageSize}");
        }

        if (header.FirstPageAt < LkcdHeader.Bytes || header.FirstPageAt > (ulong)long.MaxValue)
        {
            throw Bad($"buffer size of {header.FirstPageAt} bytes leaves no room for the header");
        }

        if (header.FirstPageAt >= (ulong)input.Source.Length)
        {
            throw new DumpFormatException(
                FormatError.Truncated,
                FormattableString.Invariant($"the LKCD dump ends at byte {input.Source.Length}, before its first page at byte {header.FirstPageAt}"));
        }
    }

    private static void AddDetails(DumpInput input, LkcdHeader header, LkcdIndex index)
    {
        input.AddDetail("LKCD version", header.IsMclx ? FormattableString.Invariant($"{header.Version}, Mission Critical's variant") : header.Version.ToString(CultureInfo.InvariantCulture));
        input.AddDetail("Panic in header", header.Panic);
        input.AddDetail("Release in header", header.Release);
        input.AddDetail("Machine in header", header.MachineName);
        input.AddDetail("Node in header", header.NodeName);
        if (header.Seconds is > 0 and < 253402300800)
        {
            input.AddDetail("Crashed at", DateTimeOffset.FromUnixTimeSeconds((long)header.Seconds).ToString("u", CultureInfo.InvariantCulture));
        }

        input.AddDetail("LKCD dump level", $"0x{header.Level:x}{LevelName(header.Level)}");
        input.AddDetail("LKCD compression", header.Compression switch
        {
            LkcdHeader.CompressNone => "none",
            LkcdHeader.CompressRunLength => "run-length",
            LkcdHeader.CompressGzip => "gzip",
            _ => FormattableString.Invariant($"{header.Compression} (unknown)"),
        });
        input.AddDetail("Memory size in header", $"0x{header.MemorySize:x}");
        input.AddDetail("Pages in header", $"{header.PageCount}");
        input.AddDetail("Pages in dump", $"{index.PageCount - index.DuplicateCount}");
        input.AddDetail("First page at byte", $"{header.FirstPageAt}");
        if (header.CurrentTask != 0)
        {
            input.AddDetail("Current task", $"0x{header.CurrentTask:x}");
        }
    }

    /// <summary>Levels are bits: 1 header, 2 kernel pages, 4 used pages, 8 all pages.</summary>
    private static string LevelName(uint level) => level switch
    {
        0x1 => " (header only)",
        0x2 or 0x3 => " (kernel pages)",
        >= 0x4 and <= 0x7 => " (kernel and user pages)",
        >= 0x8 and <= 0xf => " (all pages)",
        _ => "",
    };

    private static DumpFormatException Bad(FormattableString what) =>
        new(FormatError.BadHeader, "the LKCD header is damaged: its " + FormattableString.Invariant(what));
}
