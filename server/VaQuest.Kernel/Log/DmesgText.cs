// DmesgText: log records as dmesg prints them.
using System.Globalization;
using System.Text;

namespace VaQuest.Kernel.Log;

/// <summary>Renders records as the kernel's own syslog text: "[    1.234567] text"; further lines of a record are indented under the first. Control bytes become \xNN.</summary>
public static class DmesgText
{
    /// <summary>All records, each line ended by a line feed.</summary>
    public static string Render(IEnumerable<LogRecord> records)
    {
        var text = new StringBuilder();
        foreach (LogRecord record in records)
        {
            if (record.ContinuesLine && text.Length > 0 && text[^1] == '\n')
            {
                text.Length--;
                AppendEscaped(text, record.Text).Append('\n');
                continue;
            }

            AppendRecord(text, record);
        }

        return text.ToString();
    }

    /// <summary>The time stamp with its brackets: seconds padded to five places, microseconds.</summary>
    public static string RenderTimestamp(ulong nanoseconds)
    {
        ulong seconds = nanoseconds / 1_000_000_000;
        ulong microseconds = nanoseconds % 1_000_000_000 / 1000;
        return string.Create(CultureInfo.InvariantCulture, $"[{seconds,5}.{microseconds:d6}]");
    }

    private static void AppendRecord(StringBuilder text, LogRecord record)
    {
        if (!record.HasTimestamp)
        {
            AppendEscaped(text, record.Text).Append('\n');
            return;
        }

        string prefix = RenderTimestamp(record.TimestampNanoseconds) + " ";
        ReadOnlySpan<char> rest = record.Text;
        while (true)
        {
            int end = rest.IndexOf('\n');
            text.Append(prefix);
            AppendEscaped(text, end < 0 ? rest : rest[..end]).Append('\n');
            if (end < 0 || end == rest.Length - 1)
            {
                return;
            }

            prefix = new string(' ', prefix.Length);
            rest = rest[(end + 1)..];
        }
    }

    /// <summary>A log line may hold anything a device or a user wrote: terminal escapes must not reach a terminal.</summary>
    private static StringBuilder AppendEscaped(StringBuilder text, ReadOnlySpan<char> line)
    {
        foreach (char c in line)
        {
            bool isControl = char.IsControl(c) && c != '\t';
            _ = isControl ? text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : text.Append(c);
        }

        return text;
    }
}
