// ElfFileWriter: writes ELF vmcores.
using Microsoft.Win32.SafeHandles;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Notes;

namespace VaQuest.Dumps.Writing;

/// <summary>
/// The ELF header, program headers, notes, pages: a 64-bit file whatever the machine, as crash, drgn and makedumpfile read it. Room for
/// program headers is kept in front; when damage splits memory into more pieces than there is room for, the pages are written again.
/// </summary>
internal sealed class ElfFileWriter
{
    private const int HeaderBytes = 64;
    private const int ProgramHeaderBytes = 56;
    private const int SectionHeaderBytes = 64;
    private const uint LoadType = 1;
    private const uint NoteType = 4;
    private const uint Flags = 7;

    /// <summary>PN_XNUM: from this number on e_phnum only says that section header 0 has the count.</summary>
    private const int ExtendedCount = 0xffff;

    /// <summary>Room for segments that arise from pages that cannot be read.</summary>
    private const int SpareSegments = 1024;

    private const int DataBuffer = 4 << 20;

    private readonly WriteInput _input;
    private readonly DumpWriteOptions _options;
    private readonly SafeFileHandle _file;
    private readonly NoteArea _notes;
    private readonly List<string> _warnings = [];
    private readonly StoredRuns _runs = new();

    public ElfFileWriter(WriteInput input, DumpWriteOptions options, SafeFileHandle file)
    {
        (_input, _options, _file) = (input, options, file);
        _notes = NoteArea.Build(input.Dump, hasEraseNote: true, _warnings);
        if (input.Loss is { } loss)
        {
            _warnings.Add(loss);
        }
    }

    public DumpWriteResult Write(IProgress<double>? progress, CancellationToken cancellation)
    {
        int room = GuessRoom();
        while (true)
        {
            long dataAt = AlignedUp(NotesAt(room) + _notes.Bytes.Length);
            WriteTally tally = WritePages(dataAt, room, progress, cancellation);
            List<ElfSegment> segments = ElfSegmentPlan.Build(_input.Pages.EnumerateRam(), _input.PageSize, _runs, dataAt);
            List<ElfSegment> image = SegmentsOfImage(segments);
            if (segments.Count + image.Count > room)
            {
                room = segments.Count + image.Count;
                continue;
            }

            WriteHeaders(image, segments, room);
            return tally.Finish(_input.ExcludedPages, RandomAccess.GetLength(_file), _warnings);
        }
    }

    private static long NotesAt(int room) => HeaderBytes + SectionHeaderBytes + (ProgramHeaderBytes * (long)(room + 1));

    private long AlignedUp(long offset) => (offset + (long)_input.PageSize - 1) & -(long)_input.PageSize;

    /// <summary>Segments by the tables; leaving out pages by content may make many more, whose room costs nothing as it stays a hole.</summary>
    private int GuessRoom()
    {
        long count = _input.Pages.EnumerateRam().Take(ElfSegmentPlan.MaxSegments).LongCount()
            + _input.Pages.EnumeratePresent().Take(ElfSegmentPlan.MaxSegments).LongCount() + SpareSegments;
        bool isFiltered = _options.ExcludesZeros || _options.Filter is not null;
        return (int)Math.Min(ElfSegmentPlan.MaxSegments, isFiltered ? Math.Max(count, ExtendedCount) : count);
    }

    private WriteTally WritePages(long dataAt, int room, IProgress<double>? progress, CancellationToken cancellation)
    {
        var tally = new WriteTally(_input.Pages, _input.PromisedBytes, progress);
        var data = new AreaWriter(_file, dataAt, DataBuffer);
        _runs.Clear();
        _input.ForEachRun(
            _options,
            CompressionMethod.None,
            job =>
            {
                Take(job, data, isWriting: _runs.Count <= room);
                tally.Add(job);
            },
            cancellation);
        data.Flush();
        RandomAccess.SetLength(_file, data.Position);
        return tally;
    }

    private void Take(WriteJob job, AreaWriter data, bool isWriting)
    {
        for (int i = 0; i < job.Run.Count; i++)
        {
            PageFate fate = job.FateOf(i);
            if (fate == PageFate.Stored || (fate == PageFate.Zero && !_options.ExcludesZeros))
            {
                _runs.Add(job.Run.FirstPfn + (ulong)i);
                if (isWriting)
                {
                    data.Write(job.Run.PageAt(i));
                }
            }
        }
    }

    /// <summary>What the segments have of the kernel image, once more: it is mapped twice.</summary>
    private List<ElfSegment> SegmentsOfImage(List<ElfSegment> segments)
    {
        var image = new List<ElfSegment>();
        if (_options.Image is not { } kernel)
        {
            return image;
        }

        ulong first = kernel.PhysicalStart / _input.PageSize;
        ulong last = first + ((kernel.Length + _input.PageSize - 1) / _input.PageSize);
        foreach (ElfSegment segment in segments)
        {
            ulong start = Math.Max(first, segment.Start);
            ulong end = Math.Min(last, segment.End);
            if (start < end)
            {
                ulong storedEnd = Math.Clamp(segment.Start + segment.Stored, start, end);
                image.Add(new ElfSegment(start, end, storedEnd - start, segment.Offset + (long)(Math.Min(start - segment.Start, segment.Stored) * _input.PageSize)));
            }
        }

        return image;
    }

    private void WriteHeaders(List<ElfSegment> image, List<ElfSegment> segments, int room)
    {
        byte[] head = new byte[NotesAt(room) + _notes.Bytes.Length];
        FieldWriter fields = new(head, _input.Dump.IsBigEndian, 8);
        WriteElfHeader(fields, image.Count + segments.Count + 1);
        long notesAt = NotesAt(room);
        WriteProgramHeader(fields.At(HeaderBytes), NoteType, (ulong)notesAt, 0, 0, (ulong)_notes.Bytes.Length, 0);
        WriteSegments(fields, image, unchecked((_options.Image?.VirtualStart ?? 0) - (_options.Image?.PhysicalStart ?? 0)));
        WriteSegments(fields, segments, _options.DirectMap);
        _notes.Bytes.CopyTo(head.AsSpan((int)notesAt));
        RandomAccess.Write(_file, head, 0);
    }

    /// <param name="fields">Where the program headers go.</param>
    /// <param name="segments">The segments.</param>
    /// <param name="virtualBase">Virtual address of physical address 0 in their mapping; null when unknown.</param>
    private void WriteSegments(FieldWriter fields, List<ElfSegment> segments, ulong? virtualBase)
    {
        foreach (ElfSegment segment in segments)
        {
            ulong physical = segment.Start * _input.PageSize;
            WriteProgramHeader(
                fields, LoadType, (ulong)segment.Offset, virtualBase is { } map ? unchecked(map + physical) : 0, physical,
                segment.Stored * _input.PageSize, (segment.End - segment.Start) * _input.PageSize);
        }
    }

    private void WriteElfHeader(FieldWriter fields, int headerCount)
    {
        bool isExtended = headerCount >= ExtendedCount;
        int sectionAt = HeaderBytes + (headerCount * ProgramHeaderBytes);
        Machine? machine = Machine.FindByName(_input.Dump.Architecture);
        fields.Bytes([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, (byte)(_input.Dump.IsBigEndian ? 2 : 1), 1]).At(16);
        fields.U16(4).U16((ushort)(machine?.ElfMachine ?? 0)).U32(1).U64(0).U64(HeaderBytes).U64(isExtended ? (ulong)sectionAt : 0).U32(0);
        fields.U16(HeaderBytes).U16(ProgramHeaderBytes).U16((ushort)(isExtended ? ExtendedCount : headerCount));
        fields.U16(isExtended ? (ushort)SectionHeaderBytes : (ushort)0).U16(isExtended ? (ushort)1 : (ushort)0).U16(0);
        if (isExtended)
        {
            fields.At(sectionAt + 44).U32((uint)headerCount);
        }
    }

    private static void WriteProgramHeader(
        FieldWriter fields, uint type, ulong offset, ulong virtualAddress, ulong physical, ulong fileBytes, ulong memoryBytes) =>
        fields.U32(type).U32(type == LoadType ? Flags : 0).U64(offset).U64(virtualAddress).U64(physical).U64(fileBytes).U64(memoryBytes).U64(0);
}
