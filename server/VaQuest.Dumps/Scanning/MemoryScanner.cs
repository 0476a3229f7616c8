// MemoryScanner: looks through all memory of a dump for words in a range of values.
using VaQuest.Binary;
using VaQuest.Dumps.Work;

namespace VaQuest.Dumps.Scanning;

/// <summary>
/// Reads a dump of any format from the first page to the last, decompressing and comparing on all processors; hits are given in the order of
/// physical addresses while the scan goes on.
/// </summary>
public static class MemoryScanner
{
    /// <summary>Bytes that one thread reads at once.</summary>
    private const int RunBytes = 1 << 20;

    /// <summary>Scans everything.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="start">First value looked for.</param>
    /// <param name="length">Number of values from there, at least 1.</param>
    /// <param name="take">Called for each hit, on the caller's thread; false ends the scan.</param>
    /// <param name="progress">Told the share that is done, 0 to 1; may be null.</param>
    /// <param name="cancellation">Stops the scan.</param>
    /// <param name="workers">Threads; all processors when 0.</param>
    /// <exception cref="DumpFormatException">The dump's memory cannot be listed.</exception>
    public static ScanSummary Scan(
        Vmcore dump, ulong start, ulong length, Func<WordHit, bool> take, IProgress<double>? progress, CancellationToken cancellation, int workers = 0)
    {
        IPageInventory pages = dump.Pages
            ?? throw new DumpFormatException(FormatError.Unsupported, $"{dump.Path}: this kind of file does not tell which pages it holds, so its memory cannot be searched");
        ulong promised = 0;
        foreach (PhysicalRange range in pages.EnumeratePresent())
        {
            promised = unchecked(promised + range.Length);
        }

        var state = new Progress(promised, progress, take);
        using var source = new PageRunSource(pages);
        int runPages = Math.Max(1, RunBytes / pages.PageSize);
        OrderedWork.Run(
            () => new ScanRun(pages.PageSize, runPages),
            run => !state.IsStopped && source.Next(run.Pages),
            run => Work(run, dump, start, length),
            run => state.Take(run),
            workers > 0 ? workers : Environment.ProcessorCount,
            cancellation);
        return new ScanSummary(state.PagesRead, state.PagesNotRead, state.IsStopped);
    }

    private static void Work(ScanRun run, Vmcore dump, ulong start, ulong length)
    {
        run.Offsets.Clear();
        run.Values.Clear();
        run.Pages.Read(dump.Memory);
        for (int i = 0; i < run.Pages.Count; i++)
        {
            if (run.Pages.StatusOf(i) == ReadStatus.Ok)
            {
                WordScan.Find(run.Pages.PageAt(i), dump.WordSize, dump.IsBigEndian, start, length, i * run.Pages.PageSize, run.Offsets, run.Values);
            }
        }
    }

    private sealed class Progress(ulong promised, IProgress<double>? progress, Func<WordHit, bool> take)
    {
        private ulong _bytes;

        public ulong PagesRead { get; private set; }

        public ulong PagesNotRead { get; private set; }

        public bool IsStopped { get; private set; }

        public void Take(ScanRun run)
        {
            PageRun pages = run.Pages;
            PagesNotRead += pages.LostCount;
            for (int i = 0; i < pages.Count; i++)
            {
                bool isRead = pages.StatusOf(i) == ReadStatus.Ok;
                PagesRead += isRead ? 1UL : 0;
                PagesNotRead += isRead ? 0 : 1UL;
            }

            for (int i = 0; i < run.Offsets.Count && !IsStopped; i++)
            {
                ulong place = unchecked((pages.FirstPfn * (ulong)pages.PageSize) + (ulong)run.Offsets[i]);
                IsStopped = !take(new WordHit(new PhysAddr(place), run.Values[i]));
            }

            _bytes += ((ulong)pages.Count + pages.LostCount) * (ulong)pages.PageSize;
            progress?.Report(promised == 0 ? 1 : Math.Min(1, _bytes / (double)promised));
        }
    }
}
