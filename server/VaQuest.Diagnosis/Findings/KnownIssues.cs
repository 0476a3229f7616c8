// KnownIssues: which of the user's known issues a crash is.
using System.Text.RegularExpressions;
using VaQuest.Diagnosis.Explain;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Matches the rules of users; what matches is shown before all other findings.</summary>
internal static class KnownIssues
{
    /// <summary>The rule name of these findings; docs/findings.md tells the file's form.</summary>
    public const string RulePrefix = "known-issue/";

    public static IReadOnlyList<Finding> Match(CrashMaterial material, PanicFacts panic, PanicRecord record, string signature, StackTrace? stack)
    {
        var findings = new List<Finding>();
        foreach (KnownIssue issue in material.KnownIssues)
        {
            try
            {
                if (Reasons(issue, material, panic, record, signature, stack) is { } reasons)
                {
                    findings.Add(new Finding(RulePrefix + issue.Id, issue.Severity, "Known issue: " + DumpText.Escape(issue.Title), DumpText.Escape(issue.Text), reasons)
                        { Link = issue.Link });
                }
            }
            catch (RegexMatchTimeoutException)
            {
                findings.Add(new Finding(
                    RulePrefix + issue.Id, FindingSeverity.Information, "Known issue not checked: " + DumpText.Escape(issue.Title),
                    "Its message pattern took too long on this crash.", [new Evidence(DumpText.Escape(issue.File))]));
            }
        }

        return findings;
    }

    /// <summary>What the match rests on, or null when a condition does not hold.</summary>
    private static List<Evidence>? Reasons(
        KnownIssue issue, CrashMaterial material, PanicFacts panic, PanicRecord record, string signature, StackTrace? stack)
    {
        string release = material.Kernel.Release.HasValue ? material.Kernel.Release.Value : "";
        IReadOnlyList<StackFrame> frames = stack?.Frames ?? [];
        bool holds = (issue.Signature is null || issue.Signature == signature)
            && (issue.SignaturePrefix is null || signature.StartsWith(issue.SignaturePrefix, StringComparison.Ordinal))
            && (issue.Kind is null || issue.Kind == PanicKinds.NameOf(panic.Kind))
            && (issue.Module is null || frames.Any(frame => frame.Module == issue.Module))
            && (issue.Function is null || frames.Any(frame => IsNamed(frame.Function, issue.Function) || IsNamed(frame.Symbol, issue.Function)))
            && (issue.Taint is null || (material.Kernel.Taints.HasValue && material.Kernel.Taints.Value.Contains(issue.Taint)))
            && (issue.ReleaseFrom is null || (ReleaseOrder.IsRelease(release) && ReleaseOrder.Compare(release, issue.ReleaseFrom) >= 0))
            && (issue.ReleaseBefore is null || (ReleaseOrder.IsRelease(release) && ReleaseOrder.Compare(release, issue.ReleaseBefore) < 0));
        string? message = issue.Message is null ? null
            : new[] { record.Message, record.PanicLine }.FirstOrDefault(line => line is not null && issue.Message.IsMatch(line));
        if (!holds || (issue.Message is not null && message is null))
        {
            return null;
        }

        var reasons = new List<string>();
        Add(reasons, issue.Signature ?? issue.SignaturePrefix, $"signature {signature}");
        Add(reasons, issue.Kind, $"kind {issue.Kind}");
        Add(reasons, issue.Function, $"{issue.Function} in the panic stack");
        Add(reasons, issue.Module, $"module {issue.Module} in the panic stack");
        Add(reasons, message, $"message {message}");
        Add(reasons, issue.ReleaseFrom ?? issue.ReleaseBefore, $"release {release}");
        Add(reasons, issue.Taint, $"taint {issue.Taint}");
        return [.. reasons.Select(reason => new Evidence(DumpText.Escape(reason))), new Evidence("rule of " + DumpText.Escape(issue.File))];
    }

    private static void Add(List<string> reasons, string? condition, string reason)
    {
        if (condition is not null)
        {
            reasons.Add(reason);
        }
    }

    private static bool IsNamed(string? name, string wanted) => name is not null && FunctionNames.Normalise(name) == wanted;
}
