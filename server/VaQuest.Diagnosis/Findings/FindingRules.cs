// FindingRules: the list of rules, in the order in which findings are shown.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Runs every rule. To add a rule, write its file and add its line here.</summary>
internal static class FindingRules
{
    public static IReadOnlyList<Finding> Run(FindingContext context)
    {
        var findings = new List<Finding>();
        Add(findings, EarlierTrouble.Check(context));
        Add(findings, OutOfTreeModuleInStack.Check(context));
        Add(findings, IncompleteStack.Check(context));
        Add(findings, DamagedDump.Check(context));
        return findings;
    }

    private static void Add(List<Finding> findings, Finding? finding)
    {
        if (finding is not null)
        {
            findings.Add(finding);
        }
    }
}
