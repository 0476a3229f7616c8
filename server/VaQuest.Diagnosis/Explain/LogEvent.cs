// LogEvent: a line of the kernel log that tells of trouble.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Explain;

/// <summary>A recognised line.</summary>
/// <param name="Index">Line number in the log, from 0.</param>
/// <param name="Kind">Which kind of crash the line speaks of.</param>
/// <param name="Class">Its role.</param>
internal readonly record struct LogEvent(int Index, PanicKind Kind, LogEventClass Class);
