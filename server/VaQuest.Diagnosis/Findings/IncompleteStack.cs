// IncompleteStack: the panic stack could not be walked to its end.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Tells where the panic stack stops.</summary>
internal static class IncompleteStack
{
    public static readonly FindingRule Rule = new()
    {
        Id = "incomplete-stack",
        Severity = FindingSeverity.Warning,
        Title = "The panic stack is cut",
        Meaning = "The walk over the panic stack ended before the stack did: callers are missing from the report.",
        Evidence = "Why the walk ended, in its own words: a page that is not in the dump, a return address that leads nowhere, a step without unwind data.",
        Advice = "Damaged return addresses point to an overflow of a local array or of the stack itself. Missing unwind data comes with the module's debug file.",
        Check = context => context.PanicStack is null or { IsComplete: true } ? null : new Finding(
            "incomplete-stack", FindingSeverity.Warning, "The panic stack is cut",
            $"The walk ended early: {DumpText.Escape(context.PanicStack.EndReason)}.", []),
    };
}
