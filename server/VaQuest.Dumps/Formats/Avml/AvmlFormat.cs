// AvmlFormat: compressed images of AVML (version 2): ranges of memory as snappy streams.
using VaQuest.Binary;
using VaQuest.Dumps.Formats.Lime;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Avml;

/// <summary>
/// Each range has a header as LiME's, a stream in snappy's framing format, and the stream's length in 8 bytes. The chunks are indexed by their
/// headers; nothing is decompressed on opening.
/// </summary>
internal sealed class AvmlFormat : IDumpFormat
{
    private const int PageSize = 4096;
    private const int TrailerBytes = 8;
    private const int ChunkHeaderBytes = 4;
    private const byte CompressedChunk = 0x00;
    private const byte PlainChunk = 0x01;
    private const byte FirstSkippable = 0x80;

    public Vmcore? TryOpen(DumpInput input)
    {
        if (!input.BeginsWith("AVML"u8))
        {
            return null;
        }

        LimeHeader first = LimeHeader.Read(input.Head.Span)
            ?? throw new DumpFormatException(FormatError.Truncated, $"the file of {input.Head.Length} bytes ends inside the first AVML header");
        if (first.Version != 2)
        {
            throw new DumpFormatException(FormatError.Unsupported, $"the AVML image has version {first.Version}; version 2 is known, and version 1 as LiME");
        }

        var pieces = new List<StoredPiece>();
        var chunks = new List<AvmlChunk>();
        ReadRanges(input, pieces, chunks);
        if (chunks.Count == 0)
        {
            throw new DumpFormatException(FormatError.Truncated, "the AVML image has no complete chunk of memory; nothing can be read");
        }

        var memory = new AvmlMemory(input.Source, PieceIndex.Build(pieces), chunks, PageSize, input.Options.PageCacheBytes);
        return RawVmcore.Build(input, "avml", memory, memory, ["snappy"]);
    }

    private static void ReadRanges(DumpInput input, List<StoredPiece> pieces, List<AvmlChunk> chunks)
    {
        var window = new SourceWindow(input.Source);
        long length = input.Source.Length;
        int ranges = 0;
        for (long at = 0; at < length; ranges++)
        {
            if (LimeHeader.Read(window.At(at, LimeHeader.Bytes, "an AVML header")) is not { } header || !header.IsRange(LimeHeader.AvmlMark, 2))
            {
                input.IsCut = true;
                input.Warn($"the AVML header at byte {at} is cut or damaged; memory from there on is missing");
                break;
            }

            long stream = at + LimeHeader.Bytes;
            if (!TryReadChunks(input, window, header, ref stream, pieces, chunks, out ulong done))
            {
                input.IsCut = true;
                input.Warn($"the snappy stream at byte {stream} is cut or damaged; memory from 0x{header.Start + done:x} on is missing");
                pieces.Add(new StoredPiece(
                    header.Start + done, header.Start + Math.Max(done, header.Length), 0, (1L << 40) + ranges, PieceKind.Lost));
                break;
            }

            at = stream + TrailerBytes;
            if (at > length)
            {
                input.IsCut = true;
                input.Warn($"the file ends at byte {length}, inside the length behind a snappy stream; memory that came later is missing");
            }
        }

        input.AddDetail("Ranges", $"{ranges}");
        input.AddDetail("Chunks", $"{chunks.Count}");
    }

    /// <summary>Indexes the chunks of one range; false when its stream ends or breaks before the range is full.</summary>
    private static bool TryReadChunks(
        DumpInput input, SourceWindow window, LimeHeader header, ref long at, List<StoredPiece> pieces, List<AvmlChunk> chunks, out ulong done)
    {
        done = 0;
        for (int count = 0; done < header.Length; count++)
        {
            if ((count & 0xfff) == 0)
            {
                input.Cancellation.ThrowIfCancellationRequested();
            }

            ReadOnlySpan<byte> head = window.At(at, ChunkHeaderBytes + AvmlMemory.ChecksumBytes + 5, "a snappy chunk");
            if (head.Length < ChunkHeaderBytes)
            {
                return false;
            }

            byte type = head[0];
            int stored = head[1] | (head[2] << 8) | (head[3] << 16);
            long data = at + ChunkHeaderBytes;
            if (data + stored > input.Source.Length || (type > PlainChunk && type < FirstSkippable))
            {
                return false;
            }

            if (type <= PlainChunk)
            {
                int bytes = type == PlainChunk ? stored - AvmlMemory.ChecksumBytes : LengthOf(head[Math.Min(head.Length, ChunkHeaderBytes + AvmlMemory.ChecksumBytes)..]);
                if (bytes <= 0 || bytes > AvmlMemory.MaxChunkBytes || stored <= AvmlMemory.ChecksumBytes || (ulong)bytes > header.Length - done)
                {
                    return false;
                }

                ulong start = header.Start + done;
                pieces.Add(new StoredPiece(start, start + (ulong)bytes, 0, chunks.Count, PieceKind.Present));
                chunks.Add(new AvmlChunk(data, stored, start, bytes, type == CompressedChunk));
                done += (ulong)bytes;
            }

            at = data + stored;
        }

        return true;
    }

    /// <summary>The length at the start of a snappy block, a ULEB128 number; -1 when it is none.</summary>
    private static int LengthOf(ReadOnlySpan<byte> block) =>
        new SpanReader(block).TryReadUleb128(out ulong length) && length <= AvmlMemory.MaxChunkBytes ? (int)length : -1;
}
