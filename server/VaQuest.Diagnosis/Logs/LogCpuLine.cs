// LogCpuLine: "CPU: 0 PID: 1 Comm: x Not tainted 6.1.0-… #1 …" (dump_stack_print_info, lib/dump_stack.c).
using System.Globalization;

namespace VaQuest.Diagnosis.Logs;

/// <summary>What the line tells; positions count from the line's start.</summary>
/// <param name="Cpu">CPU number, or null.</param>
/// <param name="Pid">Process id, or null.</param>
/// <param name="Comm">Name of the task, or empty.</param>
/// <param name="TaskStart">First character of "PID: … Comm: …".</param>
/// <param name="TaskLength">Its characters.</param>
/// <param name="Release">uname -r, or null.</param>
internal readonly record struct LogCpuLine(int? Cpu, int? Pid, string Comm, int TaskStart, int TaskLength, string? Release)
{
    /// <summary>Reads the line from <paramref name="from"/>, where "CPU: " begins.</summary>
    public static LogCpuLine Parse(ReadOnlySpan<char> line, int from)
    {
        int? cpu = NumberAfter(line, from, "CPU: ");
        int? pid = NumberAfter(line, from, "PID: ");
        int pidAt = IndexOf(line, from, "PID: ");
        int commAt = IndexOf(line, from, "Comm: ");
        if (pidAt < 0 || commAt < 0)
        {
            return new LogCpuLine(cpu, pid, string.Empty, from, 0, null);
        }

        int nameStart = commAt + 6;
        int taint = IndexOf(line, nameStart, " Not tainted ");
        int after = taint >= 0 ? taint + 13 : -1;
        if (taint < 0)
        {
            taint = IndexOf(line, nameStart, " Tainted: ");
            after = taint >= 0 ? SkipTaints(line, taint + 10) : -1;
        }

        int nameEnd = taint >= 0 ? taint : line.TrimEnd().Length;
        nameEnd = Math.Max(nameStart, Math.Min(nameEnd, nameStart + 64));
        return new LogCpuLine(
            cpu, pid, line[Math.Min(nameStart, line.Length)..Math.Min(nameEnd, line.Length)].ToString(), pidAt, nameEnd - pidAt, ReleaseAt(line, after));
    }

    /// <summary>The word at a position when it looks like a release (6.1.0-49-amd64), else null.</summary>
    public static string? ReleaseAt(ReadOnlySpan<char> line, int position)
    {
        if (position < 0 || position >= line.Length || !char.IsAsciiDigit(line[position]))
        {
            return null;
        }

        int end = position;
        while (end < line.Length && end - position < 65 && (char.IsAsciiLetterOrDigit(line[end]) || line[end] is '.' or '-' or '_' or '+' or '~'))
        {
            end++;
        }

        // utsname fields hold 64 characters (include/uapi/linux/utsname.h).
        ReadOnlySpan<char> word = line[position..end];
        return end - position <= 64 && word.Contains('.') ? word.ToString() : null;
    }

    // Letters with blanks between, as in "G           OE     ".
    private static int SkipTaints(ReadOnlySpan<char> line, int position)
    {
        while (position < line.Length && (line[position] == ' ' || char.IsAsciiLetterUpper(line[position])))
        {
            position++;
        }

        return position;
    }

    private static int IndexOf(ReadOnlySpan<char> line, int from, string text)
    {
        int at = from <= line.Length ? line[from..].IndexOf(text, StringComparison.Ordinal) : -1;
        return at < 0 ? -1 : at + from;
    }

    private static int? NumberAfter(ReadOnlySpan<char> line, int from, string label)
    {
        int at = IndexOf(line, from, label);
        if (at < 0)
        {
            return null;
        }

        int start = at + label.Length;
        int end = start;
        while (end < line.Length && end - start < 10 && char.IsAsciiDigit(line[end]))
        {
            end++;
        }

        return int.TryParse(line[start..end], NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
    }
}
