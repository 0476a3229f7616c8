// ElfSegmentPlan: the program headers that describe RAM and what of it is stored.
using VaQuest.Binary;

namespace VaQuest.Dumps.Writing;

/// <summary>
/// A segment is a run of stored pages and the left-out RAM behind it (p_filesz smaller than p_memsz); RAM without stored pages in front has
/// a segment without bytes.
/// </summary>
internal sealed class ElfSegmentPlan
{
    /// <summary>Segments that are read again at most; a dump in more pieces is better stored page by page.</summary>
    public const int MaxSegments = 1 << 20;

    private readonly List<ElfSegment> _segments = [];
    private readonly StoredRuns _stored;
    private readonly ulong _pageSize;
    private int _run;

    /// <summary>Where the bytes of the current run's first page are in the file.</summary>
    private long _offset;

    private ElfSegmentPlan(StoredRuns stored, ulong pageSize, long dataAt)
    {
        (_stored, _pageSize, _offset) = (stored, pageSize, dataAt);
    }

    /// <param name="ram">The RAM of the machine, ascending, not overlapping.</param>
    /// <param name="pageSize">Page size in bytes.</param>
    /// <param name="stored">The stored pages; they are RAM even where the input forgot to say so.</param>
    /// <param name="dataAt">Offset in the file of the first stored page; the others follow without gaps.</param>
    public static List<ElfSegment> Build(IEnumerable<PhysicalRange> ram, ulong pageSize, StoredRuns stored, long dataAt)
    {
        var plan = new ElfSegmentPlan(stored, pageSize, dataAt);
        ulong at = 0;
        foreach (PhysicalRange range in ram)
        {
            // Ranges may begin and end inside a page, and two may share one.
            ulong start = Math.Max(at, range.Start.Value / pageSize);
            ulong end = ((range.Start.Value + (range.Length - 1)) / pageSize) + 1;
            plan.AddStored(at, start);
            if (end > start)
            {
                plan.AddRam(start, end);
                at = end;
            }
        }

        plan.AddStored(at, ulong.MaxValue);
        return plan._segments;
    }

    private void AddRam(ulong start, ulong end)
    {
        ulong at = start;
        while (at < end)
        {
            ulong next = _run < _stored.Count ? Math.Min(end, Math.Max(at, _stored.StartOf(_run))) : end;
            if (next > at)
            {
                AddLeftOut(at, next);
            }

            at = next < end ? TakeStored(next, end) : end;
        }
    }

    private void AddStored(ulong start, ulong end)
    {
        for (ulong at = start; _run < _stored.Count && _stored.StartOf(_run) < end;)
        {
            at = TakeStored(Math.Max(at, _stored.StartOf(_run)), end);
        }
    }

    /// <summary>Adds what the current run has from a page on, up to a limit; returns where it ends.</summary>
    private ulong TakeStored(ulong start, ulong limit)
    {
        ulong end = Math.Min(limit, _stored.EndOf(_run));
        ulong before = start - _stored.StartOf(_run);
        Add(new ElfSegment(start, end, end - start, _offset + (long)(before * _pageSize)));
        if (end == _stored.EndOf(_run))
        {
            _offset += (long)((end - _stored.StartOf(_run)) * _pageSize);
            _run++;
        }

        return end;
    }

    private void AddLeftOut(ulong start, ulong end)
    {
        if (_segments.Count > 0 && _segments[^1].End == start)
        {
            _segments[^1] = _segments[^1] with { End = end };
            return;
        }

        // crash takes the smallest p_offset for the end of the headers, of segments without bytes too.
        Add(new ElfSegment(start, end, 0, _offset));
    }

    private void Add(ElfSegment segment)
    {
        if (_segments.Count == MaxSegments)
        {
            throw new DumpFormatException(
                FormatError.LimitExceeded,
                FormattableString.Invariant($"the dump is in more than {MaxSegments} pieces, too many for an ELF file; convert it to kdump-compressed instead"));
        }

        _segments.Add(segment);
    }
}
