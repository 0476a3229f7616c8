// DecodedLog: a text log with its frames looked up.
namespace VaQuest.Diagnosis.Logs;

/// <summary>What <see cref="LogResolver.Decode"/> answers.</summary>
/// <param name="Log">The log with its spans.</param>
/// <param name="Frames">Every frame, in the order of the text.</param>
/// <param name="Files">Debug files that were used.</param>
/// <param name="Notes">One sentence each: files that were refused or not found.</param>
public sealed record DecodedLog(KernelLog Log, IReadOnlyList<DecodedFrame> Frames, IReadOnlyList<string> Files, IReadOnlyList<string> Notes)
{
    /// <summary>What the log tells of its crash.</summary>
    public LogCrash Crash => LogCrashReader.Read(Log);
}
