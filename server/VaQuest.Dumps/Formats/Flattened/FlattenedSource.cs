// FlattenedSource: the file that a flattened dump would be rebuilt to, read in place.
using System.Buffers.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Flattened;

/// <summary>
/// Records of a flattened dump, each some bytes and the place where they belong. Nothing is rebuilt: reads go to the record that was
/// written last at their place. Places that no record covers are zero, unless the file is cut: then they are missing.
/// </summary>
internal sealed class FlattenedSource : DumpSource
{
    private const int HeaderBytes = 4096;
    private const int RecordBytes = 16;

    private readonly DumpSource _file;
    private readonly PieceIndex _pieces;
    private readonly bool _isCut;

    private FlattenedSource(DumpSource file, PieceIndex pieces, int recordCount, bool isCut)
    {
        _file = file;
        _pieces = pieces;
        _isCut = isCut;
        RecordCount = recordCount;
        Length = pieces.Count == 0 ? 0 : (long)pieces[pieces.Count - 1].End;
    }

    public int RecordCount { get; }

    /// <summary>Length of the rebuilt file, as far as records are there.</summary>
    public override long Length { get; }

    /// <summary>Reads all record headers. A cut or damaged file keeps the records before the damage, with a warning.</summary>
    public static FlattenedSource Open(DumpInput input)
    {
        DumpSource file = input.Source;
        var pieces = new List<StoredPiece>();
        long at = HeaderBytes;
        int count = 0;
        string? damage = null;
        while (damage is null)
        {
            if ((count & 0xfff) == 0)
            {
                input.Cancellation.ThrowIfCancellationRequested();
            }

            if (!TryReadRecord(file, at, out long offset, out long size))
            {
                damage = FormattableString.Invariant($"the flattened file ends at byte {file.Length} without its end mark");
                break;
            }

            if (offset == -1 && size == -1)
            {
                break;
            }

            DumpLimits.Check("records of the flattened file", (ulong)count + 1, input.Limits.MaxFlattenedRecords);
            long data = at + RecordBytes;
            if (offset < 0 || size <= 0 || offset > long.MaxValue - size)
            {
                damage = FormattableString.Invariant($"the flattened record at byte {at} is damaged (offset {offset}, size {size})");
                break;
            }

            long there = Math.Min(size, file.Length - data);
            pieces.Add(new StoredPiece((ulong)offset, (ulong)(offset + there), data, -count, PieceKind.Present));
            count++;
            if (there < size)
            {
                damage = FormattableString.Invariant($"the flattened file ends at byte {file.Length}, inside a record");
            }

            at = data + there;
        }

        if (damage is not null)
        {
            input.IsCut = true;
            input.Warn($"{damage}; what was stored behind it is missing");
        }

        return new FlattenedSource(file, PieceIndex.Build(pieces), count, damage is not null);
    }

    public override int Read(long offset, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            long at = unchecked(offset + done);
            if (at < 0 || at >= Length)
            {
                break;
            }

            int found = _pieces.Find((ulong)at);
            if (found < 0)
            {
                if (_isCut)
                {
                    break;
                }

                int gap = (int)Math.Min((ulong)(destination.Length - done), _pieces[~found].Start - (ulong)at);
                destination.Slice(done, gap).Clear();
                done += gap;
                continue;
            }

            StoredPiece piece = _pieces[found];
            int wanted = (int)Math.Min((ulong)(destination.Length - done), piece.End - (ulong)at);
            int count = _file.Read(piece.Position + (at - (long)piece.Start), destination.Slice(done, wanted));
            if (count == Failed)
            {
                return Failed;
            }

            done += count;
            if (count < wanted)
            {
                break;
            }
        }

        return done;
    }

    public override void Dispose() => _file.Dispose();

    /// <summary>Reads a record's header; false at the end of the file. One small read each: data lies between them.</summary>
    private static bool TryReadRecord(DumpSource file, long at, out long offset, out long size)
    {
        Span<byte> header = stackalloc byte[RecordBytes];
        bool isThere = file.ReadSome(at, header, "a flattened record") == RecordBytes;
        offset = BinaryPrimitives.ReadInt64BigEndian(header);
        size = BinaryPrimitives.ReadInt64BigEndian(header[8..]);
        return isThere;
    }
}
