// UnknownInterrupts: non-maskable interrupts that nobody asked for.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Findings;

/// <summary>NMIs of the hardware before the crash.</summary>
internal static class UnknownInterrupts
{
    public static readonly FindingRule Rule = new()
    {
        Id = "unexpected-nmi",
        Severity = FindingSeverity.Warning,
        Title = "Unexpected non-maskable interrupts",
        Meaning = "The hardware raised non-maskable interrupts whose source the kernel did not find, or that stand for a parity or bus error.",
        Evidence = "Lines of the NMI handler, written before the crash. When the crash itself is such an NMI, the rule stays silent.",
        Advice = "Look at the machine's management log for that time: memory, PCI errors, a pressed NMI button, a watchdog card.",
        Patterns =
        [
            new("Uhhuh. NMI received"),
            new("NMI: PCI system error"),
            new("NMI: IOCK error"),
        ],
        Check = Check,
    };

    private static Finding? Check(FindingContext context) => context.Record.Kind == PanicKind.Nmi ? null
        : LogRule.Report(Rule, context, context.Find(Rule.Patterns), "unexpected NMI");
}
