// StandardImage: the memory of the sample dump, a real kernel's, for writing it in every format.
using VaQuest.Binary;
using VaQuest.Dumps;

namespace VaQuest.TestKit.Dumps;

/// <summary>
/// One image for all formats: the same bytes must be read from each, and the same report come out. Pages that the sample's filter left out are
/// not in it.
/// </summary>
public sealed class StandardImage
{
    private const ulong PageSize = 4096;

    private StandardImage(Vmcore dump)
    {
        Vmcoreinfo = dump.Vmcoreinfo.Text;
        Cpus = dump.CpuNotes;
        var ranges = new List<SampleRange>();
        foreach (PhysicalRange range in dump.Pages!.EnumeratePresent())
        {
            byte[] bytes = new byte[range.Length];
            ReadOutcome outcome = dump.Memory.Read(range.Start, bytes);
            ranges.Add(outcome.IsOk ? new SampleRange(range.Start.Value, bytes) : throw new InvalidOperationException($"the sample cannot be read: {outcome}"));
        }

        Ranges = ranges;
        long physBase = dump.Vmcoreinfo.FindNumber("phys_base")!.Value;
        PageTableRoot = unchecked(dump.Vmcoreinfo.FindSymbol("init_top_pgt")!.Value.Value - 0xffffffff80000000 + (ulong)physBase);
    }

    /// <summary>The text of VMCOREINFO.</summary>
    public string Vmcoreinfo { get; }

    public IReadOnlyList<CpuNote> Cpus { get; }

    /// <summary>The pages that are there, neighbours joined, ascending.</summary>
    public IReadOnlyList<SampleRange> Ranges { get; }

    /// <summary>Physical address of the kernel's top-level page table; the kernel uses five levels.</summary>
    public ulong PageTableRoot { get; }

    /// <summary>First address above all memory.</summary>
    public ulong End => Ranges[^1].Start + (ulong)Ranges[^1].Bytes.Length;

    public static StandardImage Load()
    {
        using Vmcore dump = VmcoreFile.Open(Lab.Sample()!.Vmcore);
        return new StandardImage(dump);
    }

    /// <summary>The pages one by one.</summary>
    public IEnumerable<SampleRange> Pages() =>
        from range in Ranges
        from index in Enumerable.Range(0, range.Bytes.Length / (int)PageSize)
        select new SampleRange(range.Start + ((ulong)index * PageSize), range.Bytes[(index * (int)PageSize)..((index + 1) * (int)PageSize)]);

    /// <summary>All memory from address 0 on, with zeros where there is none.</summary>
    public byte[] Flat()
    {
        byte[] flat = new byte[End];
        foreach (SampleRange range in Ranges)
        {
            range.Bytes.CopyTo(flat, (long)range.Start);
        }

        return flat;
    }
}
