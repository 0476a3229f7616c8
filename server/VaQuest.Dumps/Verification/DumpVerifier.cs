// DumpVerifier: reads and decompresses every page of a dump.
using VaQuest.Binary;
using VaQuest.Dumps.Work;

namespace VaQuest.Dumps.Verification;

/// <summary>Reads a dump of any format from the first page to the last, on all processors, in a few megabytes of memory.</summary>
public static class DumpVerifier
{
    /// <summary>Bytes that one thread reads at once.</summary>
    private const int RunBytes = 1 << 20;

    /// <summary>Reads everything.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="progress">Told the share that is done, 0 to 1; may be null.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <param name="workers">Threads; all processors when 0.</param>
    /// <exception cref="DumpFormatException">The dump's memory cannot be listed.</exception>
    public static DumpCheck Verify(Vmcore dump, IProgress<double>? progress, CancellationToken cancellation, int workers = 0)
    {
        IPageInventory pages = dump.Pages
            ?? throw new DumpFormatException(FormatError.Unsupported, $"{dump.Path}: this kind of file does not tell which pages it holds; it can be read, not verified");
        ulong promised = Sum(pages.EnumeratePresent());
        var tally = new Tally(pages, promised, progress);
        using var source = new PageRunSource(pages);
        int runPages = Math.Max(1, RunBytes / pages.PageSize);
        OrderedWork.Run(
            () => new PageRun(pages.PageSize, runPages),
            source.Next,
            run => run.Read(dump.Memory),
            tally.Add,
            workers > 0 ? workers : Environment.ProcessorCount,
            cancellation);
        ulong ram = Sum(pages.EnumerateRam());
        return tally.Finish(excluded: (ram - Math.Min(ram, promised)) / (ulong)pages.PageSize);
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

    private sealed class Tally(IPageInventory pages, ulong promised, IProgress<double>? progress)
    {
        private readonly DamageList _damage = new(pages);
        private ulong _present;
        private ulong _zero;
        private ulong _missing;
        private ulong _damaged;
        private ulong _partial;
        private ulong _bytes;

        public void Add(PageRun run)
        {
            if (run.LostCount > 0)
            {
                _missing += run.LostCount;
                _damage.Add(run.FirstPfn, ReadStatus.Truncated, run.LostCount);
            }

            for (int i = 0; i < run.Count; i++)
            {
                Add(run.FirstPfn + (ulong)i, run.StatusOf(i), run.IsZero(i));
                _partial += run.IsPartial && run.StatusOf(i) == ReadStatus.Ok ? 1u : 0u;
            }

            _bytes += ((ulong)run.Count + run.LostCount) * (ulong)pages.PageSize;
            progress?.Report(promised == 0 ? 1 : Math.Min(1, _bytes / (double)promised));
        }

        public DumpCheck Finish(ulong excluded) => new()
        {
            PageSize = pages.PageSize,
            Present = _present,
            Zero = _zero,
            Excluded = excluded,
            Missing = _missing,
            Damaged = _damaged,
            Partial = _partial,
            Ranges = _damage.Ranges,
            PagesNotListed = _damage.PagesNotListed,
        };

        private void Add(ulong pfn, ReadStatus status, bool isZero)
        {
            switch (status)
            {
                case ReadStatus.Ok when isZero:
                    _zero++;
                    return;
                case ReadStatus.Ok:
                    _present++;
                    return;
                case ReadStatus.Truncated or ReadStatus.NotInDump or ReadStatus.Excluded:
                    _missing++;
                    break;
                default:
                    _damaged++;
                    break;
            }

            _damage.Add(pfn, status);
        }
    }
}
