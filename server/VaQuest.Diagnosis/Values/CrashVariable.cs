// CrashVariable: a variable of a crashed frame as an editor shows it beside the source.
namespace VaQuest.Diagnosis.Values;

/// <summary>Texts for people; whatever came from the dump is escaped.</summary>
/// <param name="Name">As the source spells it.</param>
/// <param name="Declaration">As C: "struct widget *peer".</param>
/// <param name="Text">Its value in one line, or in parentheses why there is none.</param>
/// <param name="IsKnown">False when <paramref name="Text"/> is a reason.</param>
/// <param name="FirstLine">First line in which the name means this variable, 1-based; 0 when only the frame's function is known.</param>
/// <param name="LastLine">Last such line.</param>
/// <param name="Describe">More lines for a hover, read when asked for: members of what a pointer points to, the value at the function's entry.</param>
public sealed record CrashVariable(
    string Name, string Declaration, string Text, bool IsKnown, int FirstLine, int LastLine, Func<IReadOnlyList<string>> Describe)
{
    /// <summary>True when the name means this variable on a line.</summary>
    public bool IsInScope(int line) => FirstLine <= 0 || (line >= FirstLine && line <= LastLine);
}
