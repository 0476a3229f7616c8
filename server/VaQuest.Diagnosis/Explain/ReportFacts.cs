// ReportFacts: the facts in the lines below a report's first line.
using System.Globalization;
using VaQuest.Binary;

namespace VaQuest.Diagnosis.Explain;

/// <summary>The facts in the lines below a report's first line.</summary>
internal sealed class ReportFacts
{
    /// <summary>What stands before the address in the first line of an oops, through the kernel's versions. CR2 is not used: it keeps the
    /// last page fault's address, which says nothing of other exceptions.</summary>
    private static readonly string[] s_labels =
    [
        "address: ", "non-canonical address ", "virtual address ", "dereference at ", "paging request at ", "access at ", "fetch at ",
    ];

    public ReportFacts(IReadOnlyList<string> lines, int start, int end)
    {
        FirstLine = start > 0 && lines[start - 1].Contains("[ cut here ]", StringComparison.Ordinal) ? start - 1 : start;
        FaultAddress = AddressIn(lines[start]);
        for (int i = start; i < end && !HasEnded; i++)
        {
            Take(lines[i], i > start);
        }
    }

    public int FirstLine { get; }

    public int? Cpu { get; private set; }

    public int? Pid { get; private set; }

    public string? Comm { get; private set; }

    public VirtAddr? FaultAddress { get; private set; }

    public string? Access { get; private set; }

    public string? AccessFailure { get; private set; }

    public bool HasEnded { get; private set; }

    public List<string> Lines { get; } = [];

    private void Take(string line, bool isBelow)
    {
        if (line.StartsWith("---[ end trace", StringComparison.Ordinal))
        {
            HasEnded = true;
        }
        else if (line.StartsWith("#PF: supervisor ", StringComparison.Ordinal) && Access is null)
        {
            Access = Between(line, "supervisor ", " access") ?? Between(line, "supervisor ", " in ");
            Lines.Add(line);
        }
        else if (line.StartsWith("#PF: error_code(", StringComparison.Ordinal) && AccessFailure is null)
        {
            AccessFailure = After(line, ") - ");
            Lines.Add(line);
        }
        else if (line.StartsWith("CPU: ", StringComparison.Ordinal) && Cpu is null)
        {
            TakeTask(line);
        }
        else if (line.StartsWith("RIP: ", StringComparison.Ordinal) || line.StartsWith("pc : ", StringComparison.Ordinal))
        {
            if (Lines.Count < 8 && isBelow)
            {
                Lines.Add(line);
            }
        }
    }

    // "CPU: 1 PID: 77 Comm: sh Tainted: …"; since 6.12 with "UID: 0" between.
    private void TakeTask(string line)
    {
        Cpu = NumberAfter(line, "CPU: ");
        Pid = NumberAfter(line, "PID: ");
        string? comm = After(line, "Comm: ");
        int end = comm is null ? -1 : comm.IndexOf(" Tainted: ", StringComparison.Ordinal);
        int loaded = comm?.IndexOf(" Kdump: loaded", StringComparison.Ordinal) ?? -1;
        end = loaded >= 0 && (end < 0 || loaded < end) ? loaded : end;
        end = end < 0 && comm is not null ? comm.IndexOf(" Not tainted ", StringComparison.Ordinal) : end;
        Comm = comm is null ? null : end < 0 ? comm : comm[..end];

        // "Comm: sh Kdump: loaded Tainted: …" since 4.20.
        int kdump = end < 0 ? -1 : Comm!.IndexOf(" Kdump: loaded", StringComparison.Ordinal);
        Comm = kdump < 0 ? Comm : Comm![..kdump];
    }

    private static int? NumberAfter(string line, string label)
    {
        string? text = After(line, label);
        int length = 0;
        while (text is not null && length < text.Length && char.IsAsciiDigit(text[length]))
        {
            length++;
        }

        return length > 0 && int.TryParse(text.AsSpan(0, length), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value : null;
    }

    private static string? After(string line, string label)
    {
        int at = line.IndexOf(label, StringComparison.Ordinal);
        return at < 0 ? null : line[(at + label.Length)..];
    }

    private static string? Between(string line, string from, string to)
    {
        string? rest = After(line, from);
        int end = rest?.IndexOf(to, StringComparison.Ordinal) ?? -1;
        return end <= 0 ? null : rest![..end];
    }

    // "address: 0000000000000008", "for address: ffff…", "non-canonical address 0xdead…: 0000", "at virtual address …", "request at ffff…".
    private static VirtAddr? AddressIn(string line)
    {
        foreach (string label in s_labels)
        {
            string? text = After(line, label);
            if (text is null)
            {
                continue;
            }

            ReadOnlySpan<char> digits = text.AsSpan();
            digits = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits[2..] : digits;
            int length = 0;
            while (length < digits.Length && char.IsAsciiHexDigit(digits[length]))
            {
                length++;
            }

            if (length is > 0 and <= 16
                && ulong.TryParse(digits[..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
            {
                return new VirtAddr(value);
            }
        }

        return null;
    }
}
