// LogPattern: how a rule recognises a line of the kernel log.
namespace VaQuest.Diagnosis.Findings;

/// <summary>A line that begins with one text and holds another; either may be empty, not both.</summary>
/// <param name="Start">What the line begins with.</param>
/// <param name="Inside">What it holds behind that.</param>
internal readonly record struct LogPattern(string Start, string Inside = "")
{
    /// <summary>The part by which lines are sought.</summary>
    public string Key => Inside.Length > 0 ? Inside : Start;

    public bool Matches(string line) =>
        line.StartsWith(Start, StringComparison.Ordinal)
        && (Inside.Length == 0 || line.AsSpan(Start.Length).Contains(Inside, StringComparison.Ordinal));
}
