// VmwareVmcore: builds the dump of VMware's formats.
using VaQuest.Binary;
using VaQuest.Dumps.Formats.Elf;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.VMware;

/// <summary>Both formats are of 64-bit x86 guests with pages of 4 KiB.</summary>
internal static class VmwareVmcore
{
    private const int PageSize = 4096;

    /// <summary>Adds a stretch of guest memory: what the file holds of it, and what it should.</summary>
    public static void AddPiece(DumpInput input, List<StoredPiece> pieces, ulong start, ulong bytes, ulong position, long fileLength)
    {
        if (bytes > ulong.MaxValue - start || bytes > (ulong)long.MaxValue || position > (ulong)long.MaxValue - bytes)
        {
            input.IsCut = true;
            input.Warn($"{bytes} bytes of guest memory at 0x{start:x} are impossible; they are left out");
            return;
        }

        ulong stored = position >= (ulong)fileLength ? 0 : Math.Min(bytes, (ulong)fileLength - position);
        pieces.Add(new StoredPiece(start, start + stored, (long)position, pieces.Count, PieceKind.Present));
        if (stored < bytes)
        {
            input.IsCut = true;
            input.Warn($"the memory image ends inside the guest's memory; from 0x{start + stored:x} to 0x{start + bytes:x} it is missing");
            pieces.Add(new StoredPiece(start + stored, start + bytes, 0, (1L << 40) + pieces.Count, PieceKind.Lost));
        }
    }

    public static Vmcore Build(DumpInput input, string format, DumpSource source, List<StoredPiece> pieces, IReadOnlyList<CpuNote> notes, IReadOnlyList<QemuCpuState> states)
    {
        PieceIndex index = PieceIndex.Build(pieces);
        if (index.Count == 0)
        {
            throw new DumpFormatException(FormatError.BadValue, "the VMware file describes no memory; nothing can be read");
        }

        var memory = new ElfMemory(source, index, PageSize, input.Options.PageCacheBytes);
        var ranges = new PhysicalRangeList(memory.EnumerateRam());
        return new Vmcore(source)
        {
            Path = input.Path,
            Format = format,
            Architecture = "x86_64",
            PageSize = PageSize,
            IsComplete = !input.IsCut,
            PhysicalBytes = ranges.TotalBytes,
            Memory = memory,
            Pages = memory,
            CpuNotes = notes,
            QemuCpus = states,
            Ranges = ranges,
            Details = input.Details,
            Warnings = input.Warnings,
        };
    }
}
