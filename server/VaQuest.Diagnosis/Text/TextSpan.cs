// TextSpan: a piece of annotated text with its meaning.
namespace VaQuest.Diagnosis.Text;

/// <summary>Characters from <paramref name="Start"/> (UTF-16 units from the text's start), <paramref name="Length"/> of them.</summary>
public readonly record struct TextSpan(int Start, int Length, SpanKind Kind, SpanTarget? Target)
{
    public int End => Start + Length;
}
