// KernelRegisters: the registers a kernel printed with the last Call Trace of its log, one set for each place that was interrupted.
using System.Globalization;
using System.Text.RegularExpressions;

namespace VaQuest.Kernel.Tests.Lab;

/// <summary>Sets of general registers by their names in lower case ("rsp", "r8"), with "rflags", innermost first.</summary>
internal static partial class KernelRegisters
{
    private const int HeadLines = 40;

    public static IReadOnlyList<IReadOnlyDictionary<string, ulong>> Read(string log)
    {
        string[] lines = log.Split('\n');
        int trace = Array.FindLastIndex(lines, line => line.EndsWith("Call Trace:", StringComparison.Ordinal));
        if (trace < 0)
        {
            return [];
        }

        int start = Array.FindLastIndex(lines, trace, line => line.Contains("CPU:", StringComparison.Ordinal));
        var sets = new List<IReadOnlyDictionary<string, ulong>>();
        for (int i = Math.Max(start, trace - HeadLines); i < lines.Length && !lines[i].Contains("Modules linked in", StringComparison.Ordinal); i++)
        {
            if (lines[i].Contains("] RIP: 00", StringComparison.Ordinal))
            {
                sets.Add(ReadSet(lines, i + 1));
            }
        }

        return sets;
    }

    /// <summary>The user's program counter when the trace ended in user mode, else null.</summary>
    public static ulong? ReadUserPc(string log)
    {
        int trace = log.LastIndexOf("Call Trace:", StringComparison.Ordinal);
        return trace >= 0 && UserRip().Match(log, trace) is { Success: true } match ? Number(match.Groups[1].Value) : null;
    }

    private static Dictionary<string, ulong> ReadSet(string[] lines, int first)
    {
        var set = new Dictionary<string, ulong>();
        for (int i = first; i < lines.Length && set.Count < 17; i++)
        {
            bool isOfSet = lines[i].Contains("] Code:", StringComparison.Ordinal) || RegisterLine().IsMatch(lines[i]);
            if (!isOfSet)
            {
                break;
            }

            foreach (Match match in Register().Matches(lines[i]))
            {
                set[match.Groups[1].Value.Replace("R0", "R", StringComparison.Ordinal).Replace("EF", "RF", StringComparison.Ordinal).ToLowerInvariant()] = Number(match.Groups[2].Value);
            }
        }

        set.Remove("orig_rax");
        return set;
    }

    private static ulong Number(string digits) => ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\[ *[0-9.]+\] R(?:SP|[A-Z0-9]{2}): ")]
    private static partial Regex RegisterLine();

    [GeneratedRegex(@"\b(R[A-Z0-9]{1,2}|EFLAGS): (?:00[0-9a-f]{2}:)?([0-9a-f]{8,16})\b")]
    private static partial Regex Register();

    [GeneratedRegex(@"\] RIP: 0033:0x([0-9a-f]+)")]
    private static partial Regex UserRip();
}
