// ImageFormats: a machine's image written in every format.
using VaQuest.Dumps;

namespace VaQuest.TestKit.Dumps.Images;

/// <summary>The table: a new format is one line here, and then gives the same bytes, symbols and report as all others, or a test fails.</summary>
public static class ImageFormats
{
    private static readonly ImageFormat[] s_all =
    [
        new("kdump-zlib", "kdump-compressed", image => One(Kdump(image, PageCompression.Zlib))),
        new("kdump-lzo", "kdump-compressed", image => One(Kdump(image, PageCompression.Lzo))),
        new("kdump-snappy", "kdump-compressed", image => One(Kdump(image, PageCompression.Snappy))),
        new("kdump-zstd", "kdump-compressed", image => One(Kdump(image, PageCompression.Zstd))),
        new("kdump-v4", "kdump-compressed", image => One(Kdump(image, PageCompression.Raw, version: 4))),
        new("kdump-split", "kdump-compressed", Split),
        new("kdump-flattened", "kdump-compressed", image => One(FlattenedWriter.Wrap(Kdump(image, PageCompression.Zlib), 100_000))),
        new("elf64", "elf", image => One(Elf(image, new ElfVmcoreWriter()))),
        new("elf64-pn-xnum", "elf", image => One(Elf(image, new ElfVmcoreWriter { UsesExtendedCount = true }))),
        new("elf32", "elf", image => One(Elf(image, new ElfVmcoreWriter { Is64 = false, HeaderSize = 52 }))),
        new("elf-qemu-layout", "elf", image => One(Elf(image, new ElfVmcoreWriter { HeaderSize = 8, ProgramHeadersAt = 192 }))),
        new("elf-flattened", "elf", image => One(FlattenedWriter.Wrap(Elf(image, new ElfVmcoreWriter()), 100_000))),
        new("xen-hardware", "elf", image => One(Xen(image, isParavirtual: false)), HasVmcoreinfo: false, HasExcluded: false, HasProcessIds: false),
        new("xen-paravirtual", "elf", image => One(Xen(image, isParavirtual: true)), HasVmcoreinfo: false, HasExcluded: false, HasProcessIds: false),
        new("netdump", "netdump", image => One(Netdump(image)), HasVmcoreinfo: false, HasAllCpus: false),
        new("diskdump", "diskdump", image => One(Diskdump(image, isPartition: false)), HasVmcoreinfo: false, HasAllCpus: false, HasProcessIds: false),
        new("diskdump-partition", "diskdump", image => One(Diskdump(image, isPartition: true)), HasVmcoreinfo: false, HasAllCpus: false, HasProcessIds: false),
        new("lkcd-raw", "lkcd", image => One(Lkcd(image, 8, LkcdCompression.None)), HasVmcoreinfo: false, HasExcluded: false, HasProcessIds: false),
        new("lkcd-rle", "lkcd", image => One(Lkcd(image, 8, LkcdCompression.RunLength)), HasVmcoreinfo: false, HasExcluded: false, HasProcessIds: false),
        new("lkcd-gzip", "lkcd", image => One(Lkcd(image, 9, LkcdCompression.Gzip)), HasVmcoreinfo: false, HasExcluded: false, HasProcessIds: false),
    ];

    public static IEnumerable<string> Names => s_all.Select(format => format.Name);

    public static ImageFormat Find(string name) => Array.Find(s_all, format => format.Name == name)!;

    /// <summary>Writes the image into a folder; returns the file to open.</summary>
    public static string WriteInto(string folder, MachineImage image, ImageFormat format)
    {
        string? first = null;
        foreach ((string name, byte[] bytes) in format.Write(image))
        {
            string path = Path.Combine(folder, name);
            File.WriteAllBytes(path, bytes);
            first ??= path;
        }

        return first!;
    }

    private static IReadOnlyList<(string Name, byte[] Bytes)> One(byte[] dump) => [("vmcore", dump)];

    private static byte[] Kdump(MachineImage image, PageCompression method, int version = 6, (ulong Start, ulong End)? split = null)
    {
        var writer = new KdumpWriter
        {
            Version = version, Release = image.Release, CpuCount = image.Cpus.Count, Notes = image.Notes(), Vmcoreinfo = image.Vmcoreinfo, MaxMapnr = image.EndPfn, Split = split,
        };
        foreach ((ulong pfn, byte[] page) in image.Pages)
        {
            if (page.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            {
                writer.Zero(pfn);
                continue;
            }

            // Only this file's pages are compressed; what does not shrink is raw, as makedumpfile has it.
            bool isHere = split is not { } range || (pfn >= range.Start && pfn < range.End);
            bool shrinks = isHere && KdumpWriter.Compress(page, method).Length < page.Length;
            writer.Page(pfn, page, shrinks ? method : PageCompression.Raw);
        }

        foreach (ulong pfn in image.ExcludedPages())
        {
            writer.Excluded(pfn);
        }

        return writer.ToArray();
    }

    private static IReadOnlyList<(string Name, byte[] Bytes)> Split(MachineImage image)
    {
        ulong third = image.EndPfn / 3;
        return
        [
            ("vmcore.2", Kdump(image, PageCompression.Lzo, split: (third, 2 * third))),
            ("vmcore.1", Kdump(image, PageCompression.Zlib, split: (0, third))),
            ("vmcore.3", FlattenedWriter.Wrap(Kdump(image, PageCompression.Zlib, split: (2 * third, image.EndPfn)), 50_000)),
        ];
    }

    private static byte[] Elf(MachineImage image, ElfVmcoreWriter writer)
    {
        writer.Notes(image.Notes());
        foreach ((ulong pfn, byte[] bytes, ulong absentPages) in image.Stretches())
        {
            writer.Segment(pfn * (ulong)image.PageSize, bytes, (ulong)bytes.Length + (absentPages * (ulong)image.PageSize));
        }

        return writer.ToArray();
    }

    /// <summary>Registers and task of the CPU that crashed, page-aligned segments, no VMCOREINFO.</summary>
    private static byte[] Netdump(MachineImage image)
    {
        CpuNote crashed = image.Cpus[0];
        ulong[] registers = Enumerable.Range(0, crashed.Registers.Length / 8).Select(i => BitConverter.ToUInt64(crashed.Registers.Span[(8 * i)..])).ToArray();
        NoteWriter notes = new NoteWriter().AddPrStatus64(crashed.ProcessId, 336, registers).Add("CORE", 4, new byte[2048]);
        var writer = new ElfVmcoreWriter { Alignment = (ulong)image.PageSize, IsDataAligned = true };
        writer.Notes(notes);
        foreach ((ulong pfn, byte[] bytes, ulong absentPages) in image.Stretches())
        {
            writer.Segment(pfn * (ulong)image.PageSize, bytes, (ulong)bytes.Length + (absentPages * (ulong)image.PageSize));
        }

        return writer.ToArray();
    }

    private static byte[] Diskdump(MachineImage image, bool isPartition)
    {
        var writer = new DiskdumpWriter
        {
            WordSize = 8, Machine = image.Machine, Release = image.Release, IsPartition = isPartition, IsCompressed = !isPartition,
            Registers = image.Cpus[0].Registers.ToArray(), MaxMapnr = image.EndPfn,
        };
        foreach ((ulong pfn, byte[] page) in image.Pages)
        {
            writer.Page(pfn, page);
        }

        foreach (ulong pfn in image.ExcludedPages())
        {
            writer.Excluded(pfn);
        }

        return writer.ToArray();
    }

    /// <summary>The image's page tables hold its own frames, so a paravirtualised guest's machine frames are the same.</summary>
    private static byte[] Xen(MachineImage image, bool isParavirtual)
    {
        var writer = new XenCoreWriter { IsParavirtual = isParavirtual };
        foreach (CpuNote cpu in image.Cpus)
        {
            writer.Cpu(cpu.Registers.ToArray());
        }

        foreach ((ulong pfn, byte[] page) in image.Pages)
        {
            writer.Page(pfn, page);
        }

        return writer.ToArray();
    }

    /// <summary>struct pt_regs of x86_64 is the beginning of a register note, up to ss.</summary>
    private static byte[] Lkcd(MachineImage image, int version, LkcdCompression method)
    {
        const int PtRegsBytes = 21 * 8;
        var writer = new LkcdWriter { Version = version, Machine = image.Machine, Release = image.Release, Compression = method };
        foreach (CpuNote cpu in image.Cpus)
        {
            writer.Cpu(cpu.Registers[..PtRegsBytes].ToArray());
        }

        foreach ((ulong pfn, byte[] page) in image.Pages)
        {
            writer.Page(pfn, page);
        }

        return writer.ToArray();
    }
}
