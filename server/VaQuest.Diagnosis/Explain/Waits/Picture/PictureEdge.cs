// PictureEdge: an arrow of the wait-for picture.
namespace VaQuest.Diagnosis.Explain.Waits.Picture;

/// <summary>From who waits to what is waited for, and from there to who has it.</summary>
/// <param name="From">Index of a node.</param>
/// <param name="To">Index of a node.</param>
/// <param name="Label">"waits for", "held by", …</param>
/// <param name="IsCertain">False when it is only consistent with what is known.</param>
/// <param name="IsInDeadlock">True when it is part of a circle.</param>
public sealed record PictureEdge(int From, int To, string Label, bool IsCertain, bool IsInDeadlock)
{
    /// <summary>The corners of the line, from its beginning to its arrow.</summary>
    public IReadOnlyList<PicturePoint> Points { get; init; } = [];
}
