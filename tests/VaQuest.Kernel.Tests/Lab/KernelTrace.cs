// KernelTrace: the call traces that a kernel printed itself: the witness of its stacks.
using System.Text.RegularExpressions;

namespace VaQuest.Kernel.Tests.Lab;

/// <summary>
/// Call Traces of a log as "symbol+0xoffset/0xsize [module]" lines, or as addresses where the kernel knows no symbol, from the innermost
/// instruction outwards; lines with a question mark, which the kernel itself calls unreliable, are left out.
/// </summary>
internal static partial class KernelTrace
{
    private const int HeadLines = 40;

    /// <summary>The last Call Trace, without what panic() called; empty when the log has none, as after a machine check.</summary>
    public static IReadOnlyList<string> Read(string log)
    {
        string[] lines = log.Split('\n');
        int start = Array.FindLastIndex(lines, line => line.EndsWith("Call Trace:", StringComparison.Ordinal));
        if (start <= 0)
        {
            return [];
        }

        List<string> frames = ReadAt(lines, start);
        int panic = frames.FindIndex(frame => frame.StartsWith("panic+", StringComparison.Ordinal));
        if (panic < 0)
        {
            // nmi_panic() calls what is inside of panic() since 6.12.
            panic = frames.FindIndex(frame => frame.StartsWith("vpanic+", StringComparison.Ordinal));
        }

        return frames[(panic + 1)..];
    }

    /// <summary>The traces that other CPUs printed when the crashing one sent them an NMI, by CPU.</summary>
    public static IReadOnlyDictionary<int, IReadOnlyList<string>> ReadOtherCpus(string log)
    {
        var traces = new Dictionary<int, IReadOnlyList<string>>();
        string[] lines = log.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (NmiHeader().Match(lines[i]) is not { Success: true } header)
            {
                continue;
            }

            int start = Array.FindIndex(lines, i, line => line.EndsWith("Call Trace:", StringComparison.Ordinal));
            int next = Array.FindIndex(lines, i + 1, line => line.Contains("NMI backtrace for cpu", StringComparison.Ordinal));
            if (start > 0 && (next < 0 || start < next))
            {
                traces[int.Parse(header.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)] = ReadAt(lines, start);
            }
        }

        return traces;
    }

    private static List<string> ReadAt(string[] lines, int start)
    {
        var frames = new List<string>();
        for (int i = start; i > 0 && start - i < HeadLines && !lines[i].Contains("CPU:", StringComparison.Ordinal); i--)
        {
            if (KernelRip().Match(lines[i]) is { Success: true } rip)
            {
                frames.Add(rip.Groups[1].Value);
            }
        }

        for (int i = start + 1; i < lines.Length && !lines[i].Contains("Modules linked in", StringComparison.Ordinal); i++)
        {
            if (lines[i].Contains("</TASK>", StringComparison.Ordinal) || lines[i].Contains("RIP: 0033", StringComparison.Ordinal))
            {
                break;
            }

            if (KernelRip().Match(lines[i]) is { Success: true } rip)
            {
                frames.Add(rip.Groups[1].Value);
            }
            else if (Frame().Match(lines[i]) is { Success: true } frame)
            {
                frames.Add(frame.Groups[1].Value);
            }
        }

        return frames;
    }

    [GeneratedRegex(@"RIP: 0010:(\S+(?: \[[^\]]+\])?)$")]
    private static partial Regex KernelRip();

    [GeneratedRegex(@"^\[ *[0-9.]+\]  ([A-Za-z_][^ ?]*\+0x[0-9a-f]+/0x[0-9a-f]+(?: \[[^\]]+\])?|0x[0-9a-f]{16})$")]
    private static partial Regex Frame();

    [GeneratedRegex(@"NMI backtrace for cpu (\d+)$")]
    private static partial Regex NmiHeader();
}
