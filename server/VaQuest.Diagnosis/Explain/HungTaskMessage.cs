// HungTaskMessage: which task a hung-task report speaks of.
using System.Globalization;

namespace VaQuest.Diagnosis.Explain;

/// <summary>"INFO: task NAME:PID blocked for more than 120 seconds." (kernel/hung_task.c); a name may hold colons and blanks.</summary>
internal static class HungTaskMessage
{
    private const string Behind = " blocked for more than ";

    /// <summary>The process id, or null when the line is no such report.</summary>
    public static int? FindPid(string? message)
    {
        int end = message?.LastIndexOf(Behind, StringComparison.Ordinal) ?? -1;
        int start = end < 0 ? -1 : message!.LastIndexOf(':', end - 1);
        return start >= 0 && int.TryParse(message.AsSpan(start + 1, end - start - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : null;
    }
}
