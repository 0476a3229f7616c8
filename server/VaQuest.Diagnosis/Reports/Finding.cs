// Finding: something a rule noticed in the dump.
namespace VaQuest.Diagnosis.Reports;

/// <summary>A finding.</summary>
/// <param name="Rule">Stable name of the rule, in kebab-case.</param>
/// <param name="Severity">error, warning, note or information; see <see cref="VaQuest.Diagnosis.Findings.FindingSeverity"/>.</param>
/// <param name="Title">A few words.</param>
/// <param name="Text">Sentences.</param>
/// <param name="Evidence">What it rests on.</param>
public sealed record Finding(string Rule, string Severity, string Title, string Text, IReadOnlyList<Evidence> Evidence)
{
    /// <summary>An https address with more about it, from a rule of the user; or null.</summary>
    public string? Link { get; init; }
}
