// LimeFormat: LiME memory images (format=lime), and AVML's without compression, which are the same.
using VaQuest.Binary;
using VaQuest.Dumps.Formats.Elf;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Lime;

/// <summary>
/// Ranges of physical memory, each behind a header. LiME's other outputs have no headers: a padded image opens as a raw one at address 0.
/// The image does not say of which architecture it is: the kernel in it does.
/// </summary>
internal sealed class LimeFormat : IDumpFormat
{
    private const int PageSize = 4096;

    /// <summary>Ranges of System RAM: dozens; thousands on machines with hot-added memory.</summary>
    private const int MaxRanges = 1 << 16;

    public Vmcore? TryOpen(DumpInput input)
    {
        LimeHeader? first = LimeHeader.Read(input.Head.Span);
        if (!input.BeginsWith("EMiL"u8))
        {
            return null;
        }

        if (first is null)
        {
            throw new DumpFormatException(FormatError.Truncated, $"the file of {input.Head.Length} bytes ends inside the first LiME header");
        }

        if (first.Version != 1)
        {
            throw new DumpFormatException(FormatError.Unsupported, $"the LiME image has version {first.Version}; only version 1 is known");
        }

        PieceIndex pieces = PieceIndex.Build(ReadRanges(input));
        if (pieces.Count == 0)
        {
            throw new DumpFormatException(FormatError.BadValue, "the first LiME header has no range of memory; nothing can be read");
        }

        var memory = new ElfMemory(input.Source, pieces, PageSize, input.Options.PageCacheBytes);
        return RawVmcore.Build(input, "lime", memory, memory, []);
    }

    private static List<StoredPiece> ReadRanges(DumpInput input)
    {
        var pieces = new List<StoredPiece>();
        var window = new SourceWindow(input.Source);
        long length = input.Source.Length;
        int ranges = 0;
        for (long at = 0; at < length; ranges++)
        {
            DumpLimits.Check("ranges of the LiME image", (ulong)ranges + 1, MaxRanges);
            if (LimeHeader.Read(window.At(at, LimeHeader.Bytes, "a LiME header")) is not { } header || !header.IsRange(LimeHeader.LimeMark, 1))
            {
                input.IsCut = true;
                input.Warn($"the LiME header at byte {at} is cut or damaged; memory from there on is missing");
                break;
            }

            long data = at + LimeHeader.Bytes;
            ulong stored = Math.Min(header.Length, (ulong)(length - data));
            pieces.Add(new StoredPiece(header.Start, header.Start + stored, data, 2 * ranges, PieceKind.Present));
            if (stored < header.Length)
            {
                input.IsCut = true;
                input.Warn($"the file ends at byte {length}, inside the memory from 0x{header.Start:x} on; the rest of it is missing");
                pieces.Add(new StoredPiece(header.Start + stored, header.Start + header.Length, 0, (2 * ranges) + 1 + (1L << 40), PieceKind.Lost));
                break;
            }

            at = data + (long)stored;
        }

        input.AddDetail("Ranges", $"{ranges}");
        return pieces;
    }
}
