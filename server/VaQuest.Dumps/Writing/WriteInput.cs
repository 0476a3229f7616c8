// WriteInput: the dump that is read for writing, with what both formats need to know of it.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Dumps.Work;

namespace VaQuest.Dumps.Writing;

/// <summary>A dump, its inventory, and sums over its ranges.</summary>
internal sealed class WriteInput
{
    /// <summary>Bytes that one thread reads and compresses at once.</summary>
    private const int RunBytes = 512 << 10;

    public WriteInput(Vmcore dump)
    {
        Dump = dump;
        Pages = dump.MachinePages ?? dump.Pages
            ?? throw new DumpFormatException(FormatError.Unsupported, $"{dump.Path}: this kind of file does not tell which pages it holds; it cannot be converted");
        PageSize = (ulong)Pages.PageSize;
        PromisedBytes = Sum(Pages.EnumeratePresent());
        ulong ram = Sum(Pages.EnumerateRam());
        ExcludedPages = (ram - Math.Min(ram, PromisedBytes)) / PageSize;
    }

    public Vmcore Dump { get; }

    /// <summary>
    /// What the new file cannot say, or null: the frame table of a paravirtualised Xen guest is a section of Xen's own format; a host's is in its memory.
    /// </summary>
    public string? Loss => Dump.MachineFrames is null || Dump.MachineMemory is not null
        ? null
        : "the guest's page tables hold the machine's frames, and the table that leads from those to its memory is lost: addresses of the kernel "
            + "that go through page tables cannot be read in the new file; keep the old one";

    public IPageInventory Pages { get; }

    public ulong PageSize { get; }

    /// <summary>Bytes that the dump's tables promise.</summary>
    public ulong PromisedBytes { get; }

    /// <summary>RAM that the dump left out.</summary>
    public ulong ExcludedPages { get; }

    public int RunPages => Math.Max(1, RunBytes / Pages.PageSize);

    /// <summary>CRASHTIME of VMCOREINFO, or null.</summary>
    public long? CrashSeconds =>
        long.TryParse(Dump.Vmcoreinfo.Find("CRASHTIME"), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? seconds : Dump.HeaderSeconds;

    /// <summary>Pages that can be had at most: those that the tables promise and do not know to be lost.</summary>
    public ulong CountPages(CancellationToken cancellation)
    {
        using var source = new PageRunSource(Pages);
        var run = new PageRun(Pages.PageSize, RunPages);
        ulong count = 0;
        while (source.Next(run))
        {
            cancellation.ThrowIfCancellationRequested();
            count += (ulong)run.Count;
        }

        return count;
    }

    /// <summary>Reads all pages in order, on several threads, and hands over each job when it is its turn.</summary>
    public void ForEachRun(DumpWriteOptions options, Compression.CompressionMethod method, Action<WriteJob> take, CancellationToken cancellation)
    {
        using var source = new PageRunSource(Pages);
        OrderedWork.Run(
            () => new WriteJob(Pages.PageSize, RunPages, method, options.Filter),
            job => source.Next(job.Run),
            job => job.Work(Dump.MachineMemory ?? Dump.Memory),
            take,
            options.WorkerCount,
            cancellation);
    }

    private static ulong Sum(IEnumerable<PhysicalRange> ranges)
    {
        ulong sum = 0;
        foreach (PhysicalRange range in ranges)
        {
            sum = unchecked(sum + range.Length);
        }

        return sum;
    }
}
