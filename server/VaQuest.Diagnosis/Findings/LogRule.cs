// LogRule: makes rules that only look for lines of the log.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Findings;

/// <summary>The shape that most log rules have: say how many lines there are, when the first was written, and show some.</summary>
internal static class LogRule
{
    /// <summary>The finding for the lines that were found; null when there are none.</summary>
    /// <param name="rule">Whose finding it is.</param>
    /// <param name="context">What the rule looks at.</param>
    /// <param name="hits">Lines, oldest first.</param>
    /// <param name="noun">What one line is: "hardware-error line".</param>
    /// <param name="severity">When it is not the rule's own.</param>
    public static Finding? Report(FindingRule rule, FindingContext context, IReadOnlyList<LogHit> hits, string noun, string? severity = null)
    {
        if (hits.Count == 0)
        {
            return null;
        }

        string first = hits.Count == 1 ? "" : " the first";
        string text = $"The log holds {Words.Count(hits.Count, noun)},{first} {context.Before(hits[0].Record)}.";
        return new Finding(rule.Id, severity ?? rule.Severity, rule.Title, text, FindingContext.EvidenceOf(hits));
    }
}
