// HardwareErrors: what the hardware reported about itself.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Machine checks, EDAC and firmware-first errors before the crash.</summary>
internal static class HardwareErrors
{
    public static readonly FindingRule Rule = new()
    {
        Id = "hardware-errors",
        Severity = FindingSeverity.Error,
        Title = "Hardware errors",
        Meaning = "CPU, memory or a bus reported errors. Uncorrected ones (error) make every value in this dump doubtful; corrected ones (warning) say that the part is wearing out.",
        Evidence = "Lines of the machine check handler, of EDAC and of APEI, written before the crash.",
        Advice = "Find the memory module or CPU that the lines name and exchange it before looking for a software cause.",
        Patterns =
        [
            new("", "[Hardware Error]: "),
            new("[Hardware Error]: "),
            new("EDAC ", " UE "),
            new("EDAC ", " CE "),
            new("Memory failure: 0x"),
        ],
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        List<LogHit> hits = context.Find(Rule.Patterns);
        bool isCorrected = hits.TrueForAll(hit => !IsUncorrected(hit.Line));
        return LogRule.Report(Rule, context, hits, "hardware-error line", isCorrected ? FindingSeverity.Warning : FindingSeverity.Error);
    }

    private static bool IsUncorrected(string line) =>
        line.Contains(" UE ", StringComparison.Ordinal) || line.Contains("ncorrected", StringComparison.Ordinal)
        || line.Contains("Machine Check Exception", StringComparison.Ordinal) || line.Contains("atal", StringComparison.Ordinal)
        || line.StartsWith("Memory failure: 0x", StringComparison.Ordinal);
}
