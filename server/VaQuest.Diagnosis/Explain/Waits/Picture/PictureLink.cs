// PictureLink: where a box of the wait-for picture leads.
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Explain.Waits.Picture;

/// <summary>A link. What it leads to is made by us from what it stands for, never from text of a dump.</summary>
/// <param name="Label">What a person reads: "task", "lock", "source".</param>
/// <param name="Target">What it leads to.</param>
public sealed record PictureLink(string Label, SpanTarget Target)
{
    /// <summary>The line of the box that is this link; null when the whole box is.</summary>
    public int? Line { get; init; }
}
