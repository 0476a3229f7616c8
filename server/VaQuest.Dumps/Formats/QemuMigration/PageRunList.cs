// PageRunList: the pages of a migration stream, as they come.
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.QemuMigration;

/// <summary>Collects pages into runs. A page that comes again replaces the earlier copy.</summary>
internal sealed class PageRunList(int pageSize, DumpLimits limits)
{
    private readonly List<PageRun> _runs = [];

    public PageRun this[int index] => _runs[index];

    public long Pages { get; private set; }

    /// <summary>Pages stored as differences, which are not read.</summary>
    public long Differences { get; private set; }

    public bool HasCompressed { get; private set; }

    /// <summary>Adds a page. Throws <see cref="FormatError.LimitExceeded"/> when the stream jumps about more than any real one.</summary>
    public void Add(PhysAddr address, PageRunKind kind, long position, int bytes, byte fill = 0)
    {
        Pages++;
        Differences += kind == PageRunKind.Difference ? 1 : 0;
        HasCompressed |= kind == PageRunKind.Zlib;
        if (_runs.Count > 0 && _runs[^1].TryExtend(address, kind, position, fill, pageSize))
        {
            return;
        }

        DumpLimits.Check("runs of pages in the migration stream", (ulong)_runs.Count + 1, limits.MaxPageRuns);
        _runs.Add(new PageRun(address, kind, position, bytes, fill));
    }

    /// <summary>The index of all pages, over memory that is lost where no page came.</summary>
    public PieceIndex Index(IEnumerable<RamBlock> blocks, bool isAbsentZero)
    {
        var pieces = new List<StoredPiece>(_runs.Count + 4);
        for (int i = 0; i < _runs.Count; i++)
        {
            ulong start = _runs[i].Start.Value;
            pieces.Add(new StoredPiece(start, start + ((ulong)_runs[i].Count * (ulong)pageSize), 0, -i, PieceKind.Present));
        }

        long rank = 1;
        foreach ((ulong _, ulong physical, ulong bytes) in blocks.SelectMany(block => block.Places))
        {
            pieces.Add(new StoredPiece(physical, physical + bytes, 0, rank++, isAbsentZero ? PieceKind.Present : PieceKind.Lost));
        }

        return PieceIndex.Build(pieces);
    }
}
