// NoPanicStack: the stack of the CPU that crashed is not there.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Says that there is no panic stack to look at.</summary>
internal static class NoPanicStack
{
    public static readonly FindingRule Rule = new()
    {
        Id = "no-panic-stack",
        Severity = FindingSeverity.Warning,
        Title = "No panic stack",
        Meaning = "The stack of the CPU that crashed could not be found, so the report does not know where it happened. A dump of a machine that was still running has none.",
        Evidence = "Neither the dump's notes nor the kernel's own variables name a CPU that crashed, or its stack could not be read; the coverage section says which.",
        Advice = "Look at `vaquest bt --all` and at the log. If the coverage speaks of missing types or symbols, give the vmlinux of this kernel.",
        Check = context => context.PanicStack is not null ? null : new Finding(
            "no-panic-stack", FindingSeverity.Warning, "No panic stack",
            "The stack of the CPU that crashed could not be found; the coverage section says why.", []),
    };
}
