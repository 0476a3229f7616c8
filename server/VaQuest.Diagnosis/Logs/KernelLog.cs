// KernelLog: a text log, read.
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Logs;

/// <summary>What a kernel log (or a part of one, in a mail, on a console) says, with the place of each piece.</summary>
public sealed record KernelLog
{
    /// <summary>The log unchanged, with spans and sections.</summary>
    public required AnnotatedText Text { get; init; }

    /// <summary>Lines that name a function with an offset, in the order of the text.</summary>
    public required IReadOnlyList<LogFrame> Frames { get; init; }

    /// <summary>uname -r of the kernel that wrote it: from its first oops, else from its banner; null when it does not say.</summary>
    public string? Release { get; init; }

    /// <summary>"Kernel Offset:" of the panic, in bytes, or null.</summary>
    public ulong? KernelOffset { get; init; }

    /// <summary>Module names of "Modules linked in:", in the order of the text.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>False when the log has more pieces than are kept, so that its end is plain text.</summary>
    public bool IsComplete { get; init; } = true;
}
