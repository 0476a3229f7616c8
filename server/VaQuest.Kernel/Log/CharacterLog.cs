// CharacterLog: the character ring of Linux 3.4 and before.
using System.Text;
using VaQuest.Binary;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Log;

/// <summary>Reads log_buf as plain characters ending at log_end; the time, when there is one, is a part of the text.</summary>
internal static class CharacterLog
{
    private const uint MaxBufferBytes = 1u << 27;

    /// <summary>The smallest page of any architecture.</summary>
    private const uint ChunkBytes = 4096;

    /// <param name="reader">Kernel memory.</param>
    /// <param name="buffer">Value of log_buf.</param>
    /// <param name="bufferBytes">Value of log_buf_len, a power of two.</param>
    /// <param name="end">Value of log_end: characters ever written.</param>
    /// <param name="logged">Value of logged_chars: how many of them are still there.</param>
    public static KernelLog Read(KernelReader reader, VirtAddr buffer, uint bufferBytes, uint end, uint logged)
    {
        if (bufferBytes is 0 or > MaxBufferBytes || (bufferBytes & (bufferBytes - 1)) != 0)
        {
            return KernelLog.Absent(FormattableString.Invariant($"the log buffer's size is damaged: {bufferBytes} bytes"));
        }

        byte[] text = ReadText(reader, buffer, bufferBytes, end, Math.Min(logged, bufferBytes), out ReadOutcome outcome);
        string[] lines = Encoding.UTF8.GetString(text).TrimEnd('\n').Split('\n');
        var records = lines.Select((line, index) => Parse(line.Replace("\0", "", StringComparison.Ordinal), (ulong)index)).ToList();
        return new KernelLog(records, outcome.IsOk ? [] : [$"a part of the log buffer is lost: {outcome}"], null);
    }

    /// <summary>
    /// The characters in the order they were written. Memory grows with what the dump has, not with the size that the kernel's variables
    /// claim: characters of pages that are not there are left out.
    /// </summary>
    private static byte[] ReadText(KernelReader reader, VirtAddr buffer, uint bufferBytes, uint end, uint count, out ReadOutcome outcome)
    {
        using var text = new MemoryStream();
        byte[] chunk = new byte[ChunkBytes];
        outcome = ReadOutcome.Success(0);
        for (uint done = 0; done < count;)
        {
            uint from = unchecked(end - count + done) & (bufferBytes - 1);
            // Up to the end of a chunk of memory, so that a missing page costs no more than its own characters.
            uint toBoundary = ChunkBytes - (uint)((buffer.Value + from) % ChunkBytes);
            uint length = Math.Min(Math.Min(toBoundary, bufferBytes - from), count - done);
            ReadOutcome read = reader.Read(buffer + from, chunk.AsSpan(0, (int)length));
            text.Write(chunk, 0, read.IsOk ? (int)length : read.BytesRead);
            outcome = outcome.IsOk ? read : outcome;
            done += length;
        }

        return text.ToArray();
    }

    /// <summary>Takes a leading "&lt;6&gt;" level off.</summary>
    private static LogRecord Parse(string line, ulong index)
    {
        bool hasLevel = line.Length >= 3 && line[0] == '<' && line[1] is >= '0' and <= '7' && line[2] == '>';
        int level = hasLevel ? line[1] - '0' : 4;
        return new LogRecord(index, 0, level, 0, hasLevel ? line[3..] : line, null) { HasTimestamp = false };
    }
}
