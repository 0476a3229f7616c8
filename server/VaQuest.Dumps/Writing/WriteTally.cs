// WriteTally: counts pages while a dump is written.
using VaQuest.Binary;
using VaQuest.Dumps.Verification;

namespace VaQuest.Dumps.Writing;

/// <summary>Counts and the list of pages that could not be read.</summary>
internal sealed class WriteTally(IPageInventory pages, ulong promisedBytes, IProgress<double>? progress)
{
    private readonly DamageList _damage = new(pages);
    private ulong _stored;
    private ulong _zero;
    private ulong _excluded;
    private ulong _partial;
    private ulong _bytes;

    public void Add(WriteJob job)
    {
        if (job.Run.LostCount > 0)
        {
            _damage.Add(job.Run.FirstPfn, ReadStatus.Truncated, job.Run.LostCount);
        }

        for (int i = 0; i < job.Run.Count; i++)
        {
            switch (job.FateOf(i))
            {
                case PageFate.Stored:
                    _stored++;
                    break;
                case PageFate.Zero:
                    _zero++;
                    break;
                case PageFate.Excluded:
                    _excluded++;
                    break;
                default:
                    _damage.Add(job.Run.FirstPfn + (ulong)i, job.Run.StatusOf(i));
                    break;
            }

            _partial += job.Run.IsPartial && job.Run.StatusOf(i) == ReadStatus.Ok ? 1u : 0u;
        }

        _bytes = unchecked(_bytes + (((ulong)job.Run.Count + job.Run.LostCount) * (ulong)pages.PageSize));
        progress?.Report(promisedBytes == 0 ? 1 : Math.Min(1, _bytes / (double)promisedBytes));
    }

    /// <param name="excludedBefore">Pages that the input had left out already.</param>
    /// <param name="fileBytes">Length of the written file.</param>
    /// <param name="warnings">What else was lost.</param>
    public DumpWriteResult Finish(ulong excludedBefore, long fileBytes, IReadOnlyList<string> warnings) => new()
    {
        PageSize = pages.PageSize,
        Stored = _stored,
        Zero = _zero,
        Excluded = _excluded + excludedBefore,
        Partial = _partial,
        Damaged = _damage.Ranges,
        PagesNotListed = _damage.PagesNotListed,
        FileBytes = fileBytes,
        Warnings = warnings,
    };
}
