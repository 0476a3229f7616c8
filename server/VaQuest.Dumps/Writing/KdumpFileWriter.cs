// KdumpFileWriter: writes kdump-compressed dumps, version 6.
using Microsoft.Win32.SafeHandles;
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Notes;

namespace VaQuest.Dumps.Writing;

/// <summary>
/// Block 0 the main header, block 1 the sub header with the notes behind it, both bitmaps, descriptors, page data, the erase log
/// (makedumpfile diskdump_mod.h). All areas are written side by side while the pages pass by once; the headers come last.
/// </summary>
internal sealed class KdumpFileWriter
{
    /// <summary>A bitmap of this many pages has 512 MiB, the most that is read again.</summary>
    private const ulong MaxPages = 1UL << 32;

    private const int DescriptorBytes = 24;
    private const int SubHeaderBytes = 104;
    private const int DescriptorBuffer = 256 << 10;
    private const int DataBuffer = 4 << 20;

    private readonly WriteInput _input;
    private readonly DumpWriteOptions _options;
    private readonly SafeFileHandle _file;
    private readonly NoteArea _notes;
    private readonly List<string> _warnings = [];
    private readonly int _blockSize;
    private readonly ulong _basePfn;
    private readonly ulong _maxMapnr;
    private readonly int _subHeaderBlocks;
    private readonly int _bitmapBlocks;
    private readonly byte[] _descriptor = new byte[DescriptorBytes];
    private AreaWriter _descriptors = null!;
    private AreaWriter _data = null!;
    private BitmapWriter _dumped = null!;
    private long _zeroAt = -1;
    private bool _hasCompressed;

    public KdumpFileWriter(WriteInput input, DumpWriteOptions options, SafeFileHandle file)
    {
        (_input, _options, _file) = (input, options, file);
        _blockSize = input.Pages.PageSize;
        _notes = NoteArea.Build(input.Dump, hasEraseNote: false, _warnings);
        if (input.Loss is { } loss)
        {
            _warnings.Add(loss);
        }

        // On 32-bit ARM bit 0 of the bitmaps is the page at phys_base.
        _basePfn = input.Dump.Architecture == "arm" ? PhysBase / (ulong)_blockSize : 0;
        ulong end = input.Pages.EndPfn.Value;
        _maxMapnr = end - Math.Min(end, _basePfn);
        if (_maxMapnr > MaxPages)
        {
            throw new DumpFormatException(
                FormatError.LimitExceeded,
                FormattableString.Invariant($"the dump's highest page is {_maxMapnr}, more than a page bitmap of this format may have; convert it to elf instead"));
        }

        _subHeaderBlocks = Blocks(SubHeaderBytes + (long)_notes.Bytes.Length);
        _bitmapBlocks = Math.Max(1, Blocks((long)(_maxMapnr + 7) / 8));
    }

    /// <summary>phys_base as VMCOREINFO has it, else the dump's own header, which QEMU writes wrong.</summary>
    private ulong PhysBase =>
        _input.Dump.Vmcoreinfo.FindNumber("phys_base") is { } number ? unchecked((ulong)number) : _input.Dump.HeaderPhysBase ?? 0;

    private long BitmapAt => (1L + _subHeaderBlocks) * _blockSize;

    private long BitmapBytes => (long)_bitmapBlocks * _blockSize;

    private long NotesAt => _blockSize + SubHeaderBytes;

    public DumpWriteResult Write(IProgress<double>? progress, CancellationToken cancellation)
    {
        long descriptorsAt = BitmapAt + (2 * BitmapBytes);
        long dataAt = descriptorsAt + (DescriptorBytes * (long)_input.CountPages(cancellation));
        _descriptors = new AreaWriter(_file, descriptorsAt, DescriptorBuffer);
        _data = new AreaWriter(_file, dataAt, DataBuffer);
        _dumped = new BitmapWriter(_file, BitmapAt + BitmapBytes, BitmapBytes);
        WriteRamBitmap();
        var tally = new WriteTally(_input.Pages, _input.PromisedBytes, progress);
        _input.ForEachRun(
            _options,
            _options.Compression,
            job =>
            {
                Take(job);
                tally.Add(job);
            },
            cancellation);
        _dumped.Flush();
        _descriptors.Flush();
        long eraseAt = _data.Position;
        byte[] erase = NoteArea.EraseText(_input.Dump);
        _data.Write(erase);
        _data.Flush();
        WriteHeaders(eraseAt, erase.Length);

        // A dump without any page still has both bitmaps.
        long length = Math.Max(_data.Position, dataAt);
        RandomAccess.SetLength(_file, length);
        return tally.Finish(_input.ExcludedPages, length, _warnings);
    }

    private void Take(WriteJob job)
    {
        for (int i = 0; i < job.Run.Count; i++)
        {
            ulong pfn = job.Run.FirstPfn + (ulong)i;
            PageFate fate = job.FateOf(i);
            if (fate is PageFate.Excluded or PageFate.Unreadable || pfn < _basePfn)
            {
                continue;
            }

            _dumped.Set(pfn - _basePfn, 1);
            if (fate == PageFate.Zero)
            {
                AddZeroPage(job.Run.PageAt(i));
                continue;
            }

            ReadOnlySpan<byte> stored = job.StoredBytes(i);
            AddDescriptor(_data.Position, stored.Length, job.IsCompressed(i) ? _options.Compression : CompressionMethod.None);
            _data.Write(stored);
            _hasCompressed |= job.IsCompressed(i);
        }
    }

    /// <summary>All pages of zeros share one, stored as it is.</summary>
    private void AddZeroPage(ReadOnlySpan<byte> zeros)
    {
        if (_zeroAt < 0)
        {
            _zeroAt = _data.Position;
            _data.Write(zeros);
        }

        AddDescriptor(_zeroAt, zeros.Length, CompressionMethod.None);
    }

    private void AddDescriptor(long offset, int size, CompressionMethod method)
    {
        Fields(_descriptor).U64((ulong)offset).U32((uint)size).U32((uint)method);
        _descriptors.Write(_descriptor);
    }

    private void WriteRamBitmap()
    {
        var ram = new BitmapWriter(_file, BitmapAt, BitmapBytes);
        foreach (PhysicalRange range in _input.Pages.EnumerateRam())
        {
            ulong first = Math.Max(_basePfn, range.Start.Value / _input.PageSize);
            ulong last = (range.Start.Value + (range.Length - 1)) / _input.PageSize;
            if (last >= first)
            {
                ram.Set(first - _basePfn, last - first + 1);
            }
        }

        ram.Flush();
    }

    private void WriteHeaders(long eraseAt, int eraseBytes)
    {
        byte[] head = new byte[BitmapAt];
        WriteMainHeader(Fields(head));
        WriteSubHeader(Fields(head).At(_blockSize), eraseAt, eraseBytes);
        _notes.Bytes.CopyTo(head.AsSpan((int)NotesAt));
        RandomAccess.Write(_file, head, 0);
    }

    private void WriteMainHeader(FieldWriter header)
    {
        header.Bytes("KDUMP   "u8).U32(6);
        foreach (string field in (_options.SystemName ?? SystemNameOf(_input.Dump)).Fields)
        {
            header.Text(field, 65);
        }

        header.At(_input.Dump.WordSize == 8 ? 408 : 404).Word(unchecked((ulong)(_options.CrashSeconds ?? _input.CrashSeconds ?? 0))).Word(0);
        header.U32(_hasCompressed ? (uint)_options.Compression : 0).U32((uint)_blockSize).U32((uint)_subHeaderBlocks);
        header.U32((uint)_bitmapBlocks * 2).U32(unchecked((uint)_maxMapnr)).U32(0).U32(0).U32(0).U32(0).U32((uint)Math.Max(1, _notes.CpuCount));
    }

    private void WriteSubHeader(FieldWriter header, long eraseAt, int eraseBytes)
    {
        bool isPadded = _input.Dump.WordSize == 8 || _input.Dump.Architecture is "arm" or "mips";
        int alignment = isPadded ? 8 : 4;
        header.Word(PhysBase).U32((uint)_options.DumpLevel).U32(0).Word(0).Word(0).Align(alignment);
        WriteArea(header, NotesAt + _notes.VmcoreinfoAt, _notes.VmcoreinfoBytes, alignment);
        WriteArea(header, NotesAt, _notes.Bytes.Length, alignment);
        WriteArea(header, eraseAt, eraseBytes, alignment);
        header.U64(0).U64(0).U64(_maxMapnr);
    }

    private static void WriteArea(FieldWriter header, long at, int size, int alignment) =>
        header.U64(size == 0 ? 0 : (ulong)at).Word((ulong)size).Align(alignment);

    /// <summary>What can be known without reading the kernel's memory.</summary>
    private static SystemName SystemNameOf(Vmcore dump) =>
        new("Linux", "", dump.Vmcoreinfo.Release ?? "", "", MachineNameOf(dump.Architecture), "");

    /// <summary>uname's machine, where this program's name for the architecture differs.</summary>
    internal static string MachineNameOf(string architecture) => architecture switch
    {
        "i386" => "i686",
        "arm" => "armv7l",
        _ => Machine.FindByName(architecture) is null ? "" : architecture,
    };

    private FieldWriter Fields(byte[] bytes) => new(bytes, _input.Dump.IsBigEndian, _input.Dump.WordSize);

    private int Blocks(long bytes) => checked((int)((bytes + _blockSize - 1) / _blockSize));
}
