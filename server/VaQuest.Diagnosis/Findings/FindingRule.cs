// FindingRule: one rule: when it speaks, what it says, and what that means.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Findings;

/// <summary>
/// A rule is a file with one of these in it: its documentation is data beside its code, so that the manual and the editor's pages cannot
/// drift from what it does.
/// </summary>
internal sealed record FindingRule
{
    /// <summary>Stable name in kebab-case, as in JSON.</summary>
    public required string Id { get; init; }

    /// <summary>The most serious that it gives; one of <see cref="FindingSeverity"/>.</summary>
    public required string Severity { get; init; }

    /// <summary>A few words for headings.</summary>
    public required string Title { get; init; }

    /// <summary>What it means when the rule speaks: sentences.</summary>
    public required string Meaning { get; init; }

    /// <summary>What the finding rests on, and when the rule stays silent: sentences.</summary>
    public required string Evidence { get; init; }

    /// <summary>What to do next: sentences.</summary>
    public required string Advice { get; init; }

    /// <summary>The kernel's words that it looks for in the log; see <see cref="FindingContext.Find"/>.</summary>
    public IReadOnlyList<LogPattern> Patterns { get; init; } = [];

    /// <summary>Looks; null when there is nothing to say.</summary>
    public required Func<FindingContext, Finding?> Check { get; init; }
}
