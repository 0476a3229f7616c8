// LogLinePrefix: what loggers, terminals and mails put before the kernel's own words.
using System.Buffers;

namespace VaQuest.Diagnosis.Logs;

/// <summary>Finds where the kernel's text begins in a line; each prefix is looked for with a bounded search.</summary>
internal static class LogLinePrefix
{
    private const int MaxPrefixes = 24;
    private const int MaxBracket = 40;
    private const int MaxSyslog = 200;

    private static readonly string[] s_months =
        ["Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ", "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec "];

    private static readonly SearchValues<char> s_secondsCharacters = SearchValues.Create("0123456789.@ CTU");

    private static readonly string[] s_days = ["Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "];

    /// <summary>Characters to skip; the span of a timestamp among them, if there is one.</summary>
    public static int Measure(ReadOnlySpan<char> line, out (int Start, int Length)? timestamp)
    {
        timestamp = null;
        int position = 0;
        for (int i = 0; i < MaxPrefixes && position < line.Length; i++)
        {
            ReadOnlySpan<char> rest = line[position..];
            int length = MeasureOne(rest, out bool isTimestamp);
            if (length == 0)
            {
                break;
            }

            if (isTimestamp)
            {
                timestamp ??= (position, length);
            }

            position += length;
        }

        return position;
    }

    private static int MeasureOne(ReadOnlySpan<char> rest, out bool isTimestamp)
    {
        isTimestamp = false;
        int blanks = 0;
        while (blanks < rest.Length && (rest[blanks] is ' ' or '\t' or '\r' or '\u00a0'))
        {
            blanks++;
        }

        if (blanks > 0)
        {
            return blanks;
        }

        switch (rest[0])
        {
            case '>' or '|':
                return 1;
            case '<':
                return MeasureLevel(rest);
            case '\u001b':
                return MeasureEscape(rest);
            case '[':
                isTimestamp = true;
                return MeasureBracket(rest);
            default:
                int length = MeasureKmsg(rest);
                return length > 0 ? length : MeasureSyslog(rest);
        }
    }

    // <4>, <12>: a log level; not <TASK>.
    private static int MeasureLevel(ReadOnlySpan<char> rest)
    {
        int end = 1;
        while (end < rest.Length && end < 5 && char.IsAsciiDigit(rest[end]))
        {
            end++;
        }

        return end > 1 && end < rest.Length && rest[end] == '>' ? end + 1 : 0;
    }

    // ESC [ 0 ; 3 1 m: colours of a terminal.
    private static int MeasureEscape(ReadOnlySpan<char> rest)
    {
        if (rest.Length < 3 || rest[1] != '[')
        {
            return 1;
        }

        int end = 2;
        while (end < rest.Length && end < 20 && (char.IsAsciiDigit(rest[end]) || rest[end] == ';'))
        {
            end++;
        }

        return Math.Min(end + 1, rest.Length);
    }

    // [   12.345678], [T123], [    C0], [   12.345678][ T12], [Mon Jan  1 12:00:00 2024]; not [<ffffffff81000000>].
    private static int MeasureBracket(ReadOnlySpan<char> rest)
    {
        int limit = Math.Min(rest.Length, MaxBracket);
        int close = rest[..limit].IndexOf(']');
        if (close < 2)
        {
            return 0;
        }

        ReadOnlySpan<char> inside = rest[1..close].Trim(' ');
        if (inside.IsEmpty)
        {
            return 0;
        }

        bool isCaller = inside[0] is 'T' or 'C' && inside.Length > 1 && inside[1..].IndexOfAnyExceptInRange('0', '9') < 0;
        bool isSeconds = char.IsAsciiDigit(inside[0]) && inside.Contains('.') && inside.IndexOfAnyExcept(s_secondsCharacters) < 0;
        return isCaller || isSeconds || StartsWithAny(inside, s_days) ? close + 1 : 0;
    }

    // "6,339,5140900,-;text": a record of /dev/kmsg, netconsole or ramoops.
    private static int MeasureKmsg(ReadOnlySpan<char> rest)
    {
        if (!char.IsAsciiDigit(rest[0]))
        {
            return 0;
        }

        int limit = Math.Min(rest.Length, 80);
        int end = rest[..limit].IndexOf(';');
        if (end <= 0)
        {
            return 0;
        }

        ReadOnlySpan<char> head = rest[..end];
        int commas = head.Count(',');
        return commas >= 3 && head[..head.IndexOf(',')].IndexOfAnyExceptInRange('0', '9') < 0 ? end + 1 : 0;
    }

    // "Jan  1 12:00:00 host kernel: ", "2024-01-01T00:00:00+00:00 host kernel: ", "kern  :alert : ", "kernel: ".
    private static int MeasureSyslog(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("kernel: ", StringComparison.Ordinal))
        {
            return 8;
        }

        if (rest.StartsWith("kern  :", StringComparison.Ordinal))
        {
            int second = rest[7..Math.Min(rest.Length, 24)].IndexOf(':');
            return second > 0 ? 7 + second + 1 : 0;
        }

        bool isIso = rest.Length > 19 && char.IsAsciiDigit(rest[0]) && char.IsAsciiDigit(rest[3]) && rest[4] == '-' && rest[7] == '-';
        if (!isIso && !StartsWithAny(rest, s_months))
        {
            return 0;
        }

        int at = rest[..Math.Min(rest.Length, MaxSyslog)].IndexOf(" kernel:", StringComparison.Ordinal);
        return at > 0 ? at + 8 : 0;
    }

    private static bool StartsWithAny(ReadOnlySpan<char> text, string[] words)
    {
        foreach (string word in words)
        {
            if (text.StartsWith(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
