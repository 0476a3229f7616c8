// FirmwareBugs: what the kernel blames on the firmware.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Lines that the kernel marks as firmware bugs.</summary>
internal static class FirmwareBugs
{
    public static readonly FindingRule Rule = new()
    {
        Id = "firmware-bugs",
        Severity = FindingSeverity.Information,
        Title = "Firmware bugs",
        Meaning = "The kernel found tables or settings of the firmware that contradict the standards or each other, and worked around them. Healthy machines have such lines too.",
        Evidence = "Lines marked [Firmware Bug] or [Firmware Warn], written before the crash.",
        Advice = "Only when the crash is in the code that the line speaks of (ACPI, PCI, power, interrupts): look for a firmware update.",
        Patterns =
        [
            new("", "[Firmware Bug]"),
            new("[Firmware Bug]"),
            new("[Firmware Warn]"),
        ],
        Check = Check,
    };

    private static Finding? Check(FindingContext context) => LogRule.Report(Rule, context, context.Find(Rule.Patterns), "firmware-bug line");
}
