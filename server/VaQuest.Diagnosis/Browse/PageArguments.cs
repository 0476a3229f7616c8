// PageArguments: what a user wrote behind the dump: a PID, an address.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse;

/// <summary>Each error is one sentence that says what may be written.</summary>
internal static class PageArguments
{
    /// <summary>The tasks. Throws <see cref="DumpFormatException"/> when the kernel has none that can be read.</summary>
    public static TaskList Tasks(PageContext context) => context.Kernel.Tasks is { Missing: null } tasks
        ? tasks
        : throw Fail(context, $"the tasks cannot be read: {context.Kernel.Tasks.Missing}");

    /// <summary>The tasks with a PID: one, or for 0 the idle task of every CPU.</summary>
    public static IReadOnlyList<KernelTask> TasksOf(PageContext context, string argument)
    {
        TaskList tasks = Tasks(context);
        if (!int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
        {
            throw Fail(context, $"\"{argument}\" is no PID: write a decimal number; see vaquest ps");
        }

        KernelTask[] found = [.. tasks.All.Where(task => task.Pid == pid)];
        return found.Length > 0 ? found : throw Fail(context, FormattableString.Invariant($"there is no task with PID {pid}; see vaquest ps"));
    }

    /// <summary>A kernel address in hexadecimal, with or without 0x.</summary>
    public static VirtAddr Address(PageContext context, string argument)
    {
        string digits = argument.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? argument[2..] : argument;
        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) && value != 0
            ? new VirtAddr(value)
            : throw Fail(context, $"\"{argument}\" is no address: write hexadecimal digits, as in 0xffff888003a1c000");
    }

    public static DumpFormatException Fail(PageContext context, string reason) =>
        new(FormatError.BadValue, DumpText.Escape($"{context.Opened.Dump.Path}: {reason}"));
}
