// FindingSeverity: how much a finding matters, as written in reports and JSON.
namespace VaQuest.Diagnosis.Findings;

/// <summary>The severities, most serious first. The same words stand in docs/findings.md.</summary>
public static class FindingSeverity
{
    /// <summary>The kernel, its memory or the machine was broken before the crash.</summary>
    public const string Error = "error";

    /// <summary>Something went wrong that may have to do with the crash, or that makes parts of the report less certain.</summary>
    public const string Warning = "warning";

    /// <summary>A circumstance to keep in mind while looking for the cause.</summary>
    public const string Note = "note";

    /// <summary>Background that healthy machines have as well.</summary>
    public const string Information = "information";

    /// <summary>Place in the order, 0 for the most serious; unknown words come last.</summary>
    public static int Rank(string severity) => severity switch
    {
        Error => 0,
        Warning => 1,
        Note => 2,
        _ => 3,
    };
}
