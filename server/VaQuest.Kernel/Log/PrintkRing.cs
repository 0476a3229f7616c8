// PrintkRing: the lockless printk ring of Linux 5.10 and later.
using System.Text;
using VaQuest.Binary;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Log;

/// <summary>
/// Reads struct printk_ringbuffer (kernel/printk/printk_ringbuffer.h): descriptors by id from tail to head, their infos, and their text in
/// the data ring. Records that were being written when the machine crashed are skipped; damaged ones too, with a warning.
/// </summary>
internal sealed class PrintkRing
{
    /// <summary>log_buf_len may be 2 GiB at most; a descriptor stands for at least 32 bytes of it.</summary>
    private const int MaxCountBits = 26;

    private const int MaxSizeBits = 31;

    /// <summary>The smallest page of any architecture.</summary>
    private const ulong MinPageBytes = 4096;

    /// <summary>Bytes of text beyond those that the pages read can hold: blocks do not overlap, but for a few that are damaged.</summary>
    private const long TextAllowance = 1 << 20;

    private readonly KernelReader _reader;

    /// <summary>Positions and ids are words; the two highest bits of a record's state variable are its state.</summary>
    private readonly int _stateShift;

    private readonly ulong _idMask;
    private readonly PrintkRingLayout _layout;
    private readonly LogWarnings _warnings = new();

    /// <summary>Pages of the data ring that text was read from.</summary>
    private readonly HashSet<ulong> _textPages = [];

    private long _textBytes;
    private byte[] _text = new byte[1024];
    private int _countBits;
    private int _sizeBits;
    private VirtAddr _descriptors;
    private VirtAddr _infos;
    private VirtAddr _data;

    private PrintkRing(KernelReader reader, PrintkRingLayout layout)
    {
        _reader = reader;
        _layout = layout;
        _stateShift = (reader.WordSize * 8) - 2;
        _idMask = (1UL << _stateShift) - 1;
    }

    private ulong WordMask => (_idMask << 2) | 3;

    /// <summary>Reads the ring whose printk_ringbuffer is at <paramref name="ring"/>.</summary>
    public static KernelLog Read(KernelReader reader, PrintkRingLayout layout, VirtAddr ring)
    {
        var walk = new PrintkRing(reader, layout);
        return walk.ReadHeader(ring, out ulong tail, out ulong count) is { } problem
            ? KernelLog.Absent(problem)
            : walk.ReadRecords(tail, count);
    }

    private string? ReadHeader(VirtAddr ring, out ulong tail, out ulong count)
    {
        tail = 0;
        count = 0;
        VirtAddr descRing = ring + _layout.DescRing;
        VirtAddr dataRing = ring + _layout.TextDataRing;
        bool isRead = _reader.TryReadUInt32(descRing + _layout.RingCountBits, out uint countBits)
            & _reader.TryReadPointer(descRing + _layout.RingDescs, out _descriptors)
            & _reader.TryReadPointer(descRing + _layout.RingInfos, out _infos)
            & _reader.TryReadWord(descRing + _layout.RingHeadId, out ulong head)
            & _reader.TryReadWord(descRing + _layout.RingTailId, out tail)
            & _reader.TryReadUInt32(dataRing + _layout.DataSizeBits, out uint sizeBits)
            & _reader.TryReadPointer(dataRing + _layout.DataData, out _data);
        if (!isRead)
        {
            return FormattableString.Invariant($"the log ring's header at {ring} is not in the dump");
        }

        if (countBits is 0 or > MaxCountBits || sizeBits is 0 or > MaxSizeBits)
        {
            return FormattableString.Invariant($"the log ring's header at {ring} is damaged: 2^{countBits} records, 2^{sizeBits} bytes");
        }

        _countBits = (int)countBits;
        _sizeBits = (int)sizeBits;
        ulong slots = 1UL << _countBits;
        count = ((unchecked(head - tail)) & _idMask) + 1;
        if (count > slots)
        {
            _warnings.Add("ids", FormattableString.Invariant(
                $"the log ring's first and last record numbers 0x{tail:x} and 0x{head:x} contradict its size; all slots are tried"));
            tail = unchecked(head - slots + 1);
            count = slots;
        }

        return null;
    }

    private KernelLog ReadRecords(ulong tail, ulong count)
    {
        var records = new List<LogRecord>();
        for (ulong i = 0, step; i < count; i += step)
        {
            step = 1;
            if (ReadRecord(unchecked(tail + i) & _idMask, count - i, ref step) is { } record)
            {
                records.Add(record);
            }
        }

        return new KernelLog(records, _warnings.ToList(), null);
    }

    /// <param name="id">The record's id.</param>
    /// <param name="left">Records from this one to the last.</param>
    /// <param name="step">Set to the number of records that are lost with this one's page.</param>
    private LogRecord? ReadRecord(ulong id, ulong left, ref ulong step)
    {
        ulong slot = id & ((1UL << _countBits) - 1);
        VirtAddr descriptor = _descriptors + (slot * _layout.DescSize);
        if (!_reader.TryReadWord(descriptor + _layout.DescState, out ulong state)
            | !_reader.TryReadWord(descriptor + _layout.DescBegin, out ulong begin)
            | !_reader.TryReadWord(descriptor + _layout.DescNext, out ulong next))
        {
            // A ring claims up to 2^26 records: where a page is missing, the next one is tried, and not each of its descriptors.
            ulong lost = Math.Clamp((MinPageBytes - (descriptor.Value % MinPageBytes)) / Math.Max(_layout.DescSize, 1), 1, left);
            step = Math.Min(lost, (1UL << _countBits) - slot);
            _warnings.Add("descriptor missing", (long)step, () => FormattableString.Invariant(
                $"log record 0x{id:x} is lost: its descriptor is not in the dump"));
            return null;
        }

        // 0 reserved: text being written; 3 reusable: already dropped. A slot of another id was recycled or never used.
        bool isWritten = state >> _stateShift is 1 or 2;
        if (!isWritten || (state & _idMask) != id)
        {
            return null;
        }

        return ReadInfo(id, slot, begin, next);
    }

    private LogRecord? ReadInfo(ulong id, ulong slot, ulong begin, ulong next)
    {
        VirtAddr at = _infos + (slot * _layout.InfoSize);
        if (!_reader.TryReadUInt64(at + _layout.InfoSeq, out ulong sequence)
            | !_reader.TryReadUInt64(at + _layout.InfoTime, out ulong time)
            | !_reader.TryReadUInt(at + _layout.InfoTextLength, 2, out ulong length)
            | !_reader.TryReadUInt(at + _layout.InfoFacility, 1, out ulong facility)
            | !_reader.TryReadUInt(at + _layout.InfoFlags, 1, out ulong flagsAndLevel))
        {
            _warnings.Add("info missing", FormattableString.Invariant($"log record 0x{id:x} is lost: its printk_info is not in the dump"));
            return null;
        }

        uint? caller = _layout.InfoCaller is { } offset && _reader.TryReadUInt32(at + offset, out uint value) ? value : null;
        string? text = ReadText(id, begin, next, (int)length);
        return text is null ? null : new LogRecord(sequence, time, (int)(flagsAndLevel >> 5), (int)facility, text, caller);
    }

    private string? ReadText(ulong id, ulong begin, ulong next, int length)
    {
        // An odd position says that the record has no data block: an empty line, or text that did not fit.
        if ((begin & 1) != 0 || length == 0)
        {
            return "";
        }

        ulong size = 1UL << _sizeBits;
        bool isWrapped = begin >> _sizeBits != (unchecked(next - 1) & WordMask) >> _sizeBits;
        ulong start = isWrapped ? 0 : begin & (size - 1);
        ulong blockBytes = isWrapped ? next & (size - 1) : unchecked(next - begin) & WordMask;
        int idBytes = _reader.WordSize;
        if (blockBytes <= (ulong)idBytes || blockBytes > size - start)
        {
            _warnings.Add("block", FormattableString.Invariant($"log record 0x{id:x} is lost: its text block {begin:x}..{next:x} is damaged"));
            return null;
        }

        VirtAddr at = _data + start + (ulong)idBytes;
        Span<byte> bytes = NeedText(Math.Min(length, (int)Math.Min(blockBytes - (ulong)idBytes, ushort.MaxValue)));
        ReadOutcome outcome = _reader.Read(at, bytes);
        if (!outcome.IsOk)
        {
            _warnings.Add("text missing", FormattableString.Invariant($"log record 0x{id:x} is lost: {outcome}"));
            return null;
        }

        if (!IsWithinMemory(at, bytes.Length))
        {
            _warnings.Add("text overlaps", FormattableString.Invariant($"log record 0x{id:x} is lost: the ring claims more text than the memory that holds it"));
            return null;
        }

        return Encoding.UTF8.GetString(bytes);
    }

    private Span<byte> NeedText(int length)
    {
        if (_text.Length < length)
        {
            _text = new byte[ushort.MaxValue];
        }

        return _text.AsSpan(0, length);
    }

    /// <summary>False when all texts together are larger than the pages they were read from: a damaged ring names the same bytes again and again.</summary>
    private bool IsWithinMemory(VirtAddr at, int length)
    {
        for (ulong page = at.Value / MinPageBytes; page <= unchecked(at.Value + (ulong)length - 1) / MinPageBytes; page++)
        {
            _textPages.Add(page);
        }

        _textBytes += length;
        return _textBytes <= ((long)_textPages.Count * (long)MinPageBytes) + TextAllowance;
    }
}
