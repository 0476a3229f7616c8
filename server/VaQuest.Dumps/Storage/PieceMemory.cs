// PieceMemory: physical memory as an index of pieces, whose bytes a format knows how to get.
using VaQuest.Binary;

namespace VaQuest.Dumps.Storage;

/// <summary>What all memories over a <see cref="PieceIndex"/> have in common: stepping from piece to piece, states and ranges.</summary>
internal abstract class PieceMemory(PieceIndex pieces, int pageSize) : IPhysicalMemory, IPageInventory
{
    public int PageSize => pageSize;

    public Pfn EndPfn => new(pieces.Count == 0 ? 0 : ((pieces[pieces.Count - 1].End - 1) / (ulong)pageSize) + 1);

    public ReadOutcome Read(PhysAddr address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address.Value + (ulong)done);
            int found = at < address.Value ? -1 : pieces.Find(at);
            ReadStatus status = found < 0 ? ReadStatus.NotInDump : StatusOf(pieces[found].Kind);
            if (status == ReadStatus.Ok)
            {
                int wanted = (int)Math.Min((ulong)(destination.Length - done), pieces[found].End - at);
                status = ReadStored(pieces[found], at, destination.Slice(done, wanted), out int got);
                done += got;
            }

            if (status != ReadStatus.Ok)
            {
                destination[done..].Clear();
                return new ReadOutcome(status, done, unchecked(address.Value + (ulong)done));
            }
        }

        return ReadOutcome.Success(done);
    }

    public PageState StateOf(Pfn pfn)
    {
        if (pfn >= EndPfn)
        {
            return PageState.Hole;
        }

        ulong at = pfn.Value * (ulong)pageSize;
        ulong end = at > ulong.MaxValue - (ulong)pageSize ? ulong.MaxValue : at + (ulong)pageSize;
        var worst = PageState.Hole;
        while (at < end)
        {
            int found = pieces.Find(at);
            if (found < 0)
            {
                // Bytes without RAM at the edge of a range do not make the page absent.
                at = ~found < pieces.Count ? pieces[~found].Start : end;
                continue;
            }

            PageState state = pieces[found].Kind switch
            {
                PieceKind.Present => PageState.Present,
                PieceKind.Excluded => PageState.Excluded,
                _ => PageState.Lost,
            };
            worst = Rank(state) > Rank(worst) ? state : worst;
            at = pieces[found].End;
        }

        return worst;
    }

    /// <summary>The first page above one where another piece begins.</summary>
    public Pfn NextChange(Pfn pfn)
    {
        int found = pieces.Find(pfn.Value * (ulong)pageSize);
        ulong end = found >= 0 ? pieces[found].End : ~found < pieces.Count ? pieces[~found].Start : ulong.MaxValue;
        return new Pfn(Math.Max(pfn.Value + 1, end / (ulong)pageSize));
    }

    /// <summary>See <see cref="IPageInventory"/>: the end of the stretch that was lost together.</summary>
    public Pfn EndOfLoss(Pfn lost)
    {
        int found = lost < EndPfn ? pieces.Find(lost.Value * (ulong)pageSize) : -1;
        bool isLost = found >= 0 && pieces[found].Kind == PieceKind.Lost;
        return new Pfn(Math.Max(lost.Value + 1, isLost ? pieces[found].End / (ulong)pageSize : 0));
    }

    public IEnumerable<PhysicalRange> EnumeratePresent() => Enumerate(static piece => piece.Kind != PieceKind.Excluded);

    public IEnumerable<PhysicalRange> EnumerateRam() => Enumerate(static _ => true);

    /// <summary>
    /// Reads stored bytes of one piece. Not Ok when fewer than the destination's bytes could be read; <paramref name="got"/> of them are right.
    /// </summary>
    protected abstract ReadStatus ReadStored(StoredPiece piece, ulong at, Span<byte> destination, out int got);

    private static int Rank(PageState state) => state switch
    {
        PageState.Hole => 0,
        PageState.Present => 1,
        PageState.Excluded => 2,
        _ => 3,
    };

    private static ReadStatus StatusOf(PieceKind kind) => kind switch
    {
        PieceKind.Present => ReadStatus.Ok,
        PieceKind.Excluded => ReadStatus.Excluded,
        _ => ReadStatus.Truncated,
    };

    private IEnumerable<PhysicalRange> Enumerate(Func<StoredPiece, bool> isWanted)
    {
        ulong start = 0;
        ulong end = 0;
        for (int i = 0; i < pieces.Count; i++)
        {
            StoredPiece piece = pieces[i];
            if (!isWanted(piece))
            {
                continue;
            }

            if (piece.Start != end || end == start)
            {
                if (end > start)
                {
                    yield return new PhysicalRange(new PhysAddr(start), end - start);
                }

                start = piece.Start;
            }

            end = piece.End;
        }

        if (end > start)
        {
            yield return new PhysicalRange(new PhysAddr(start), end - start);
        }
    }
}
