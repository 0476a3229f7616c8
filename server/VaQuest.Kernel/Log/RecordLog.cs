// RecordLog: the record buffer of Linux 3.5 to 5.9.
using System.Text;
using VaQuest.Binary;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Log;

/// <summary>Reads log_buf as struct printk_log records (kernel/printk/printk.c before 5.10; struct log before 3.11).</summary>
internal static class RecordLog
{
    private const uint MaxBufferBytes = 1u << 31;

    private const int FlagContinue = 8;

    private const int FlagNewline = 2;

    private const int FlagPrefix = 4;

    /// <param name="reader">Kernel memory.</param>
    /// <param name="layout">Offsets in a record.</param>
    /// <param name="buffer">Value of log_buf.</param>
    /// <param name="bufferBytes">Value of log_buf_len.</param>
    /// <param name="first">Value of log_first_idx, bytes into the buffer.</param>
    /// <param name="next">Value of log_next_idx, bytes into the buffer.</param>
    public static KernelLog Read(KernelReader reader, RecordLogLayout layout, VirtAddr buffer, uint bufferBytes, uint first, uint next)
    {
        if (bufferBytes is < 64 or > MaxBufferBytes || first >= bufferBytes || next > bufferBytes)
        {
            return KernelLog.Absent(FormattableString.Invariant(
                $"the log buffer's bounds are damaged: {bufferBytes} bytes, first record at {first}, next at {next}"));
        }

        var warnings = new LogWarnings();
        var records = new List<LogRecord>();
        uint at = first;
        int previousFlags = FlagNewline;
        bool hasWrapped = false;
        byte[] header = new byte[layout.HeaderBytes];
        while (at != next)
        {
            if (!reader.Read(buffer + at, header).IsOk)
            {
                warnings.Add("missing", FormattableString.Invariant($"the log ends early: the record at byte {at} of its buffer is not in the dump"));
                break;
            }

            uint length = (uint)reader.DecodeUInt(header.AsSpan(layout.Length, 2));
            if (length == 0 && !hasWrapped)
            {
                hasWrapped = true;
                at = 0;
                continue;
            }

            if (length < layout.HeaderBytes || length > bufferBytes - at || (hasWrapped && at >= first))
            {
                warnings.Add("length", FormattableString.Invariant($"the log ends early: the record at byte {at} of its buffer is damaged"));
                break;
            }

            if (Decode(reader, layout, buffer + at, header, length, records.Count, previousFlags) is { } record)
            {
                records.Add(record);
            }
            else
            {
                warnings.Add("text", FormattableString.Invariant($"a log record at byte {at} of the log buffer is lost: its text is not in the dump"));
            }

            previousFlags = header[layout.Flags] & 0x1f;
            at += length;
        }

        return new KernelLog(records, warnings.ToList(), null);
    }

    private static LogRecord? Decode(
        KernelReader reader, RecordLogLayout layout, VirtAddr at, byte[] header, uint length, int sequence, int previousFlags)
    {
        int textLength = (int)Math.Min(reader.DecodeUInt(header.AsSpan(layout.TextLength, 2)), length - (uint)layout.HeaderBytes);
        byte[] text = new byte[textLength];
        if (!reader.Read(at + (ulong)layout.HeaderBytes, text).IsOk)
        {
            return null;
        }

        int flags = header[layout.Flags] & 0x1f;
        uint? caller = layout.Caller is { } offset ? (uint)reader.DecodeUInt(header.AsSpan(offset, 4)) : null;
        ulong time = reader.DecodeUInt(header.AsSpan(layout.Time, 8));
        bool isOpenLine = (previousFlags & FlagContinue) != 0 && (previousFlags & FlagNewline) == 0;
        return new LogRecord((ulong)sequence, time, header[layout.Flags] >> 5, header[layout.Facility], Encoding.UTF8.GetString(text), caller)
        {
            ContinuesLine = isOpenLine && (flags & FlagPrefix) == 0 && (flags & FlagContinue) != 0,
        };
    }
}
