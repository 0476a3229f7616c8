// DebugFileUse: a debug file that was used for the report.
namespace VaQuest.Diagnosis.Reports;

/// <summary>A debug file in use.</summary>
/// <param name="Module">Module name, or "vmlinux".</param>
/// <param name="File">Absolute path.</param>
/// <param name="BuildId">Lower-case hex, or null when the file has none.</param>
public sealed record DebugFileUse(string Module, string File, string? BuildId);
