// PanicCpuInLog: which CPU panicked, in the kernel's own words.
using System.Globalization;
using VaQuest.Kernel.Log;

namespace VaQuest.Kernel.Facts;

/// <summary>
/// dump_stack_print_info() writes "CPU: 0 PID: 1 Comm: …" into every trace (lib/dump_stack.c). Kernels whose variables have no names in the dump
/// tell the CPU only there.
/// </summary>
internal static class PanicCpuInLog
{
    private const string Panic = "Kernel panic - not syncing";
    private const string Mark = "CPU: ";

    /// <summary>The CPU of the trace behind the last panic message, or, when the panic has no trace of its own, of the last one before it.</summary>
    public static int? Find(IReadOnlyList<LogRecord> records)
    {
        int panic = records.Count - 1;
        while (panic >= 0 && !records[panic].Text.StartsWith(Panic, StringComparison.Ordinal))
        {
            panic--;
        }

        if (panic < 0)
        {
            return null;
        }

        for (int i = panic + 1; i < records.Count; i++)
        {
            if (CpuIn(records[i].Text) is { } after)
            {
                return after;
            }
        }

        for (int i = panic - 1; i >= 0; i--)
        {
            if (CpuIn(records[i].Text) is { } before)
            {
                return before;
            }
        }

        return null;
    }

    /// <summary>Older kernels write "Pid: 1, comm: …" without a CPU; newer ones "CPU: 0 UID: 0 PID: 1".</summary>
    private static int? CpuIn(string text)
    {
        int at = text.StartsWith(Mark, StringComparison.Ordinal) && text.Contains(" PID: ", StringComparison.Ordinal) ? Mark.Length : -1;
        if (at < 0)
        {
            return null;
        }

        int end = text.IndexOf(' ', at);
        return int.TryParse(text.AsSpan(at, end - at), NumberStyles.None, CultureInfo.InvariantCulture, out int cpu) ? cpu : null;
    }
}
