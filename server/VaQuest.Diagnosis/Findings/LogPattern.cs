// LogPattern: how a rule recognises a line of the kernel log.
namespace VaQuest.Diagnosis.Findings;

/// <summary>A line that begins with one text and holds another; either may be empty, not both. A class, so that lists of it are compiled ahead.</summary>
/// <param name="Start">What the line begins with.</param>
/// <param name="Inside">What it holds behind that.</param>
internal sealed record LogPattern(string Start, string Inside = "")
{
    public bool Matches(string line) =>
        line.StartsWith(Start, StringComparison.Ordinal)
        && (Inside.Length == 0 || line.AsSpan(Start.Length).Contains(Inside, StringComparison.Ordinal));
}
