// RecordedStacks: the stacks of all tasks as the living kernel gave them in /proc/<pid>/stack just before its crash.
using System.Globalization;
using System.IO.Compression;
using VaQuest.TestKit;

namespace VaQuest.Kernel.Tests.Lab;

/// <summary>
/// Return addresses outwards, in the form of a call trace. The kernel leaves out its scheduler's functions, those between
/// <see cref="SchedulerStart"/> and <see cref="SchedulerEnd"/>.
/// </summary>
internal sealed class RecordedStacks
{
    private RecordedStacks(IReadOnlyList<RecordedTask> tasks, ulong start, ulong end)
    {
        Tasks = tasks;
        SchedulerStart = start;
        SchedulerEnd = end;
    }

    public IReadOnlyList<RecordedTask> Tasks { get; }

    public ulong SchedulerStart { get; }

    public ulong SchedulerEnd { get; }

    public static RecordedStacks Read(LabDump dump)
    {
        var tasks = new List<RecordedTask>();
        foreach (string block in File.ReadAllText(dump.PathOf("guest/stacks")).Split("task ", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] lines = block.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            int open = lines[0].IndexOf('(', StringComparison.Ordinal), close = lines[0].LastIndexOf(')');
            tasks.Add(new RecordedTask(
                int.Parse(lines[0][..open], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture),
                lines[0][(open + 1)..close],
                lines[0][close + 2],
                [.. lines.Skip(1).Where(line => line.StartsWith("[<0>] ", StringComparison.Ordinal)).Select(line => line["[<0>] ".Length..])]));
        }

        using var kallsyms = new StreamReader(new GZipStream(File.OpenRead(dump.PathOf("guest/kallsyms.gz")), CompressionMode.Decompress));
        ulong start = 0, end = 0;
        while (kallsyms.ReadLine() is { } line)
        {
            if (line.EndsWith(" __sched_text_start", StringComparison.Ordinal))
            {
                start = ulong.Parse(line.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
            else if (line.EndsWith(" __sched_text_end", StringComparison.Ordinal))
            {
                end = ulong.Parse(line.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
        }

        return new RecordedStacks(tasks, start, end);
    }
}
