// RefusedDebugFiles: debug files that are of another build than what crashed.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Files that were there under the right name, and did not belong to this dump.</summary>
internal static class RefusedDebugFiles
{
    public static readonly FindingRule Rule = new()
    {
        Id = "refused-debug-file",
        Severity = FindingSeverity.Warning,
        Title = "A debug file is of another build",
        Meaning = "A vmlinux or a module's debug file was found whose build id, or source version where modules have no build id, is not that of the crashed kernel or module. It was not used: its lines and types would be wrong without anybody noticing.",
        Evidence = "The build ids, or source versions, in the file and in the dump. Files of modules count only when no right one was found and the module is in a stack of the report.",
        Advice = "Get the debug files of exactly this build. If the file is one that you built: the machine ran an older build of the module.",
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        List<Evidence> evidence =
        [
            .. context.Material.Warnings.Where(warning => warning.Contains("refused", StringComparison.Ordinal))
                .Concat(context.Material.Health.RefusedFiles).Distinct().Take(FindingContext.MaxEvidence).Select(text => new Evidence(DumpText.Escape(text))),
        ];
        return evidence.Count == 0 ? null : new Finding(
            Rule.Id, Rule.Severity, Rule.Title, $"{Words.Count(evidence.Count, "file")} {(evidence.Count == 1 ? "was" : "were")} refused.", evidence);
    }
}
