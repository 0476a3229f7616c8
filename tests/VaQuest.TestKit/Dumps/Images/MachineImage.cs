// MachineImage: the memory and registers of a real machine, taken from a dump, for writing it again in every format.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Dumps;

namespace VaQuest.TestKit.Dumps.Images;

/// <summary>
/// One machine as all dump writers take it. <see cref="Sample"/> is that of the dump in samples: a real x86_64 kernel that crashed, 175 MiB of RAM of
/// which makedumpfile kept 20 MB.
/// </summary>
public sealed class MachineImage
{
    private static readonly Lazy<MachineImage> s_sample = new(() =>
    {
        using Vmcore vmcore = VmcoreFile.Open(Lab.Sample()!.Vmcore);
        return Read(vmcore);
    });

    private MachineImage(Vmcore vmcore, SortedDictionary<ulong, byte[]> pages)
    {
        Pages = pages;
        PageSize = vmcore.PageSize;
        Machine = vmcore.Architecture;
        Vmcoreinfo = vmcore.Vmcoreinfo.Text;
        Cpus = vmcore.CpuNotes;
        Ram = vmcore.Ranges;
    }

    public static MachineImage Sample => s_sample.Value;

    public int PageSize { get; }

    /// <summary>uname's machine.</summary>
    public string Machine { get; }

    public string Vmcoreinfo { get; }

    /// <summary>Registers of each CPU; the first is the one that crashed.</summary>
    public IReadOnlyList<CpuNote> Cpus { get; }

    /// <summary>What is RAM, in ascending order.</summary>
    public IReadOnlyList<PhysicalRange> Ram { get; }

    /// <summary>The pages that the dump has, by page frame number.</summary>
    public IReadOnlyDictionary<ulong, byte[]> Pages { get; }

    /// <summary>First page frame number above RAM.</summary>
    public ulong EndPfn => (Ram[^1].Start.Value + Ram[^1].Length) / (ulong)PageSize;

    public string Release => Vmcoreinfo.Split('\n').First(line => line.StartsWith("OSRELEASE=", StringComparison.Ordinal))[10..];

    public static MachineImage Read(Vmcore vmcore)
    {
        var pages = new SortedDictionary<ulong, byte[]>();
        foreach (PhysicalRange range in vmcore.Pages!.EnumeratePresent())
        {
            for (ulong at = 0; at < range.Length; at += (ulong)vmcore.PageSize)
            {
                byte[] page = new byte[vmcore.PageSize];
                ReadOutcome outcome = vmcore.Memory.Read(range.Start + at, page);
                if (!outcome.IsOk)
                {
                    throw new InvalidOperationException($"{vmcore.Path}: {outcome}");
                }

                pages[(range.Start.Value + at) / (ulong)vmcore.PageSize] = page;
            }
        }

        return new MachineImage(vmcore, pages);
    }

    /// <summary>The notes of a vmcore: registers of each CPU, and VMCOREINFO when wanted.</summary>
    public NoteWriter Notes(bool hasVmcoreinfo = true)
    {
        var notes = new NoteWriter();
        foreach (CpuNote cpu in Cpus)
        {
            ulong[] registers = new ulong[cpu.Registers.Length / 8];
            for (int i = 0; i < registers.Length; i++)
            {
                registers[i] = BinaryPrimitives.ReadUInt64LittleEndian(cpu.Registers.Span[(8 * i)..]);
            }

            notes.AddPrStatus64(cpu.ProcessId, 336, registers);
        }

        return hasVmcoreinfo ? notes.AddVmcoreinfo(Vmcoreinfo) : notes;
    }

    /// <summary>Page frame numbers of RAM that the dump does not have.</summary>
    public IEnumerable<ulong> ExcludedPages()
    {
        foreach (PhysicalRange range in Ram)
        {
            ulong first = range.Start.Value / (ulong)PageSize;
            for (ulong pfn = first; pfn < first + (range.Length / (ulong)PageSize); pfn++)
            {
                if (!Pages.ContainsKey(pfn))
                {
                    yield return pfn;
                }
            }
        }
    }

    /// <summary>RAM as stretches of pages that are there, each with the number of absent pages behind it.</summary>
    public IEnumerable<(ulong Pfn, byte[] Bytes, ulong AbsentPages)> Stretches()
    {
        foreach (PhysicalRange range in Ram)
        {
            ulong pfn = range.Start.Value / (ulong)PageSize;
            ulong end = pfn + (range.Length / (ulong)PageSize);
            while (pfn < end)
            {
                ulong first = pfn;
                using var bytes = new MemoryStream();
                while (pfn < end && Pages.TryGetValue(pfn, out byte[]? page))
                {
                    bytes.Write(page);
                    pfn++;
                }

                ulong absent = pfn;
                while (pfn < end && !Pages.ContainsKey(pfn))
                {
                    pfn++;
                }

                yield return (first, bytes.ToArray(), pfn - absent);
            }
        }
    }
}
