// LogCrash: what a text log tells of its crash.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Logs;

/// <summary>The crash of a text log, from the kernel's own words alone.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Message">The line that names it, without its prefix; null when the log holds no trouble.</param>
/// <param name="Line">0-based number of that line, or -1.</param>
/// <param name="Function">Where it went wrong, without what the compiler adds to names; null when the log does not tell.</param>
/// <param name="Module">The function's module; null in the kernel image.</param>
/// <param name="Signature">As the report of a dump of the same crash has it, as far as the log goes.</param>
public sealed record LogCrash(PanicKind Kind, string? Message, int Line, string? Function, string? Module, string Signature);
