// LabGdbTests: file and line of every frame of every task, against gdb on the same vmlinux.
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Kernel.Unwind;
using VaQuest.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace VaQuest.Diagnosis.Tests.Stacks;

/// <summary>
/// gdb cannot walk these stacks, but it knows the lines of the addresses in them. Where it differs it took another of several line rows at
/// one address; then llvm-symbolizer has to agree with this reader. Over all dumps of three kernels that was 5 of 539 frames.
/// </summary>
public sealed partial class LabGdbTests(ITestOutputHelper output)
{
    [PeerTheory("6.1-cloud", "many-tasks", "gdb", "llvm-symbolizer")]
    [InlineData("many-tasks")]
    public void GivesTheLinesThatGdbGives(string scenario)
    {
        LabDump dump = Lab.Find("6.1-cloud", scenario)!;
        SortedDictionary<ulong, string> ours = ReadLines(dump);
        Dictionary<ulong, string> theirs = AskGdb(dump.Vmlinux!, [.. ours.Keys]);

        // "?" stands for an answer of gdb that has no line: then there is nothing to compare.
        List<ulong> differing = [.. ours.Where(pair => theirs[pair.Key] != pair.Value && theirs[pair.Key] != "?").Select(pair => pair.Key)];
        foreach (ulong address in differing)
        {
            (int code, string answer) = Peer.Run(Peer.Find("llvm-symbolizer")!, "", "--obj=" + dump.Vmlinux, FormattableString.Invariant($"0x{address:x}"));
            string place = SymbolizerPlace().Match(answer) is { Success: true } match ? $"{match.Groups[1].Value}:{match.Groups[2].Value}" : answer;
            output.WriteLine($"0x{address:x}: {ours[address]}, gdb {theirs[address]}, llvm-symbolizer {place}");
            Assert.Equal((0, ours[address]), (code, place));
        }

        Assert.True(ours.Count > 100, $"only {ours.Count} frames have lines");
        Assert.True(differing.Count * 20 < ours.Count, $"{differing.Count} of {ours.Count} differ from gdb");
    }

    /// <summary>The innermost line of each physical frame, by the link-time address of its call or instruction.</summary>
    private static SortedDictionary<ulong, string> ReadLines(LabDump dump)
    {
        var lines = new SortedDictionary<ulong, string>();
        using IDumpSession session = DumpSession.Open(dump.Vmcore, new SessionOptions { Vmlinux = dump.Vmlinux }, default);
        ulong offset = session.GetCrashReport(default).Kernel.KaslrOffset.Value;
        foreach (StackTrace stack in session.GetStacks(new StackSelection { All = true }, default))
        {
            StackFrame? inner = null;
            foreach (StackFrame frame in stack.Frames)
            {
                bool isInnermost = inner is not { Kind: FrameKind.Inlined } || inner.Pc != frame.Pc;
                if (isInnermost && frame is { Module: null, Kind: not (FrameKind.User or FrameKind.TailCall), Source.Line: > 0 })
                {
                    ulong at = frame.Pc.Value - offset - (frame.IsReturnAddress ? 1UL : 0);
                    lines[at] = FormattableString.Invariant($"{Path.GetFileName(frame.Source.File)}:{frame.Source.Line}");
                }

                inner = frame;
            }
        }

        return lines;
    }

    private static Dictionary<ulong, string> AskGdb(string vmlinux, ulong[] addresses)
    {
        var commands = new StringBuilder();
        foreach (ulong address in addresses)
        {
            commands.Append(CultureInfo.InvariantCulture, $"info line *0x{address:x}\n");
        }

        string[] answers = [.. Peer.Run(Peer.Find("gdb")!, commands.ToString(), "-q", "-nx", "-ex", "set confirm off", "-ex", "set pagination off", vmlinux)
            .Output.Replace("(gdb) ", "", StringComparison.Ordinal).Split('\n').Where(line => GdbAnswer().IsMatch(line))];
        Assert.Equal(addresses.Length, answers.Length);
        return addresses.Zip(answers).ToDictionary(pair => pair.First, pair => GdbLine().Match(pair.Second) is { Success: true } match
            ? $"{Path.GetFileName(match.Groups[2].Value)}:{match.Groups[1].Value}" : "?");
    }

    [GeneratedRegex(@"^(Line \d+ of |No line number information)")]
    private static partial Regex GdbAnswer();

    [GeneratedRegex(@"^Line (\d+) of ""([^""]+)""")]
    private static partial Regex GdbLine();

    [GeneratedRegex(@"([^/\n]+):(\d+):\d+")]
    private static partial Regex SymbolizerPlace();
}
