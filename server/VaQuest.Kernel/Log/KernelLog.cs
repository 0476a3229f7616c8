// KernelLog: the kernel log of a dump, with what was lost.
namespace VaQuest.Kernel.Log;

/// <summary>The records that could be read, oldest first.</summary>
/// <param name="Records">Undamaged records.</param>
/// <param name="Warnings">Damage, one sentence each; the first few of each kind.</param>
/// <param name="Missing">Why there is no log at all, or null.</param>
public sealed record KernelLog(IReadOnlyList<LogRecord> Records, IReadOnlyList<string> Warnings, string? Missing)
{
    private string? _text;

    /// <summary>All of it as dmesg prints it, each line ended by a line feed.</summary>
    public string Text => _text ??= DmesgText.Render(Records);

    public static KernelLog Absent(string reason) => new([], [], reason);
}
